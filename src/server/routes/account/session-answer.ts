import type { Deps } from '#server/deps.ts'
import type { Session, User } from '#shared/people/session.ts'

/** The session of somebody who has just signed in, seen from their first team. */
export const sessionAnswer = async (
  deps: Pick<Deps, 'store' | 'trashDays' | 'version'>,
  user: User,
): Promise<Session> => {
  const teams = await deps.store.memberships(user.id)
  return { user, team: teams[0] ?? null, teams, ...ofInstallation(deps) }
}

/** What a session tells of the installation. */
export const ofInstallation = ({
  trashDays,
  version,
}: Pick<Deps, 'trashDays' | 'version'>): Pick<Session, 'trashDays' | 'version'> =>
  trashDays === undefined ? { version } : { version, trashDays }
