import { insertSecrets } from '#server/testing/app/insert-secrets.ts'
import type { Installation } from './installation.ts'
import { type Database, settingsOf } from './nodes.ts'

export const secretsOfProject = 1000

/**
 * Inserts the secrets with numbers `from` to `to`. The first thousand go into the installation's project, the others
 * into projects of a thousand each.
 */
export const fillProjects = (
  database: Database,
  { team, user, project }: Installation,
  { from, to }: { from: number; to: number },
): Promise<void> => {
  const now = Date.now()
  return insertSecrets(settingsOf(database), {
    from,
    to,
    teamId: team,
    userId: user,
    secretAt: (index) => {
      const number = index % secretsOfProject
      const scopeId = index < secretsOfProject ? project : scopeIdOf(Math.floor(index / secretsOfProject))
      const name = `SECRET_${String(number).padStart(7, '0')}`
      return { scopeId, name, value: `value-${index}-0123456789abcdef`, revision: number + 1, at: now - number }
    },
    tidy: true,
  })
}

const scopeIdOf = (number: number): string => `pr${String(number).padStart(10, '0')}`
