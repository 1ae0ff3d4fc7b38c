import { expect, type Page } from '@playwright/test'
import { type ScopeKind, scopePaths } from '#shared/scope.ts'
import { SecretsPage } from '../pages/secrets-page.ts'
import { TeamPages } from '../pages/team-pages.ts'

/** A scope without secrets that a test may fill. */
export type Place = { kind: ScopeKind; id: string; name: string }

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/**
 * Asks the API from within the page, for what a test needs to be there but is not about. This way it reaches a server
 * as well as the mock, whose database lives in the page.
 */
export const ask = <Answer>(
  page: Page,
  method: Method,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> =>
  page.evaluate(
    async ({ method, path, body, headers }) => {
      const json = { 'content-type': 'application/json', ...headers }
      const sent = body ? { headers: json, body: JSON.stringify(body) } : { headers }
      const response = await fetch(`/v1/${path}`, { method, ...sent })
      if (!response.ok) throw new Error(`${method} /v1/${path} was answered with ${response.status}`)
      return response.json()
    },
    { method, path, body, headers },
  )

/** Where the secrets of a scope are in the API. */
export const secretsOf = ({ kind, id }: Pick<Place, 'kind' | 'id'>): string => `${scopePaths[kind]}/${id}/secrets`

/** Stores secrets with made-up values. */
export const fill = async (page: Page, place: Place, names: readonly string[]): Promise<void> => {
  for (const name of names) await ask(page, 'POST', secretsOf(place), { name, value: crypto.randomUUID() })
}

type Team = { id: string; name: string }

/** Makes a place of the kind: a new project or cluster, or the team, emptied of what other tests have left there. */
export const emptyPlace = async (page: Page, kind: ScopeKind): Promise<Place> => {
  if (kind !== 'team') {
    const name = `${kind}-${crypto.randomUUID().slice(0, 8)}`
    const body = kind === 'cluster' ? { name, type: 'slurm' } : { name }
    return { kind, name, id: (await ask<{ id: string }>(page, 'POST', scopePaths[kind], body)).id }
  }
  const { team } = await ask<{ team: Team }>(page, 'GET', 'session')
  const place = { kind, id: team.id, name: team.name }
  const { items } = await ask<{ items: { name: string }[] }>(page, 'GET', secretsOf(place))
  for (const { name } of items) await ask(page, 'DELETE', `${secretsOf(place)}/${name}`)
  return place
}

/** Loads a page that does not show places of the kind, so that nothing of them has been read when they are made. */
export const startElsewhere = (page: Page, kind: ScopeKind): Promise<void> =>
  kind === 'project'
    ? new TeamPages(page).load('settings/clusters', 'Team settings')
    : new TeamPages(page).load('projects', 'Projects')

/** Goes to the secrets of a place as people do, without loading a page anew. */
export const openSecrets = async (page: Page, { kind, name }: Place): Promise<SecretsPage> => {
  const pages = new TeamPages(page)
  if (kind === 'team') await pages.openTeamSecrets()
  else await pages.openScope(kind, name)
  const secrets = new SecretsPage(page)
  await expect(secrets.form).toBeVisible()
  return secrets
}

/** Opens the secrets of a new place, with secrets of these names in it. */
export const openNewPlace = async (
  page: Page,
  kind: ScopeKind,
  names: readonly string[] = [],
): Promise<SecretsPage> => {
  await startElsewhere(page, kind)
  const place = await emptyPlace(page, kind)
  await fill(page, place, names)
  return openSecrets(page, place)
}

/** Gets a secret as a workload of the place does: with a key that is made for it. */
export const resolveWith = async (page: Page, { kind, id }: Place, name: string): Promise<string | undefined> => {
  const { key } = await ask<{ key: string }>(page, 'POST', 'api-keys', {
    name: `worker-${crypto.randomUUID().slice(0, 8)}`,
    access: ['run'],
  })
  const pair = kind === 'project' ? { projectId: id } : kind === 'cluster' ? { clusterId: id } : {}
  const { env } = await ask<{ env: Record<string, string> }>(
    page,
    'POST',
    'workloads/resolve',
    { ...pair, only: [name] },
    { authorization: `Bearer ${key}` },
  )
  return env[name]
}
