import { expect, type Page } from '@playwright/test'
import { type ScopeKind, scopePaths } from '#shared/scope.ts'
import { SecretsPage } from '../pages/secrets-page.ts'
import { TeamPages } from '../pages/team-pages.ts'

/** An empty scope that a test may fill. */
export type TestScope = { kind: ScopeKind; id: string; name: string }

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/**
 * Sends a request to the API from within the page, to prepare data that the test is not about. This works on a server
 * as well as on the mock, whose database lives in the page.
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
      const all = { 'gradient-proof': localStorage.getItem('gradient-proof') ?? '', ...headers }
      const json = { 'content-type': 'application/json', ...all }
      const sent = body ? { headers: json, body: JSON.stringify(body) } : { headers: all }
      const response = await fetch(`/v1/${path}`, { method, ...sent })
      if (!response.ok) throw new Error(`${method} /v1/${path} was answered with ${response.status}`)
      return response.json()
    },
    { method, path, body, headers },
  )

/** Returns the API path of a scope's secrets. */
export const secretsOf = ({ kind, id }: Pick<TestScope, 'kind' | 'id'>): string => `${scopePaths[kind]}/${id}/secrets`

/** Stores secrets with made-up values. */
export const fill = async (page: Page, scope: TestScope, names: readonly string[]): Promise<void> => {
  for (const name of names) await ask(page, 'POST', secretsOf(scope), { name, value: crypto.randomUUID() })
}

type Team = { id: string; name: string }

/** Creates a project or cluster, or empties the team of what other tests have left. */
export const emptyScope = async (page: Page, kind: ScopeKind): Promise<TestScope> => {
  if (kind !== 'team') {
    const name = `${kind}-${crypto.randomUUID().slice(0, 8)}`
    const body = kind === 'cluster' ? { name, type: 'slurm' } : { name }
    return { kind, name, id: (await ask<{ id: string }>(page, 'POST', scopePaths[kind], body)).id }
  }
  const { team } = await ask<{ team: Team }>(page, 'GET', 'session')
  const scope = { kind, id: team.id, name: team.name }
  const { items } = await ask<{ items: { name: string }[] }>(page, 'GET', secretsOf(scope))
  for (const { name } of items) await ask(page, 'DELETE', `${secretsOf(scope)}/${name}`)
  return scope
}

/** Loads a page that shows no scope of this kind, so that nothing of the kind is cached when a test creates one. */
export const startElsewhere = (page: Page, kind: ScopeKind): Promise<void> =>
  kind === 'project'
    ? new TeamPages(page).load('settings/clusters', 'Team settings')
    : new TeamPages(page).load('projects', 'Projects')

/** Opens the secrets of a scope by links, without a page load. */
export const openSecrets = async (page: Page, { kind, name }: TestScope): Promise<SecretsPage> => {
  const pages = new TeamPages(page)
  if (kind === 'team') await pages.openTeamSecrets()
  else await pages.openScope(kind, name)
  const secrets = new SecretsPage(page)
  await expect(secrets.form).toBeVisible()
  return secrets
}

/** Creates a scope with secrets of these names and opens it. */
export const openNewScope = async (
  page: Page,
  kind: ScopeKind,
  names: readonly string[] = [],
): Promise<SecretsPage> => {
  await startElsewhere(page, kind)
  const scope = await emptyScope(page, kind)
  await fill(page, scope, names)
  return openSecrets(page, scope)
}

/** Resolves a secret like a workload, with a key created for it. */
export const resolveWith = async (page: Page, { kind, id }: TestScope, name: string): Promise<string | undefined> => {
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
