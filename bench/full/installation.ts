import { addTeams, type MeasuredTeam } from './more-teams.ts'
import { type Database, setupToken } from './nodes.ts'

/** The data of a server under measurement; `teams` are all its teams. */
export type Installation = MeasuredTeam & { user: string; cluster: string; teams: readonly MeasuredTeam[] }

const otherTeams = 15

const person = { name: 'Ada', email: 'ada@example.com', password: 'correct horse battery', team: 'Bench' }

/**
 * Sets up a new server: a team with a project, a cluster, an API key, and 41 secrets across its three scopes. With a
 * `database`, also inserts 15 more teams with a project each, because no API creates teams.
 */
export const setUpInstallation = async (address: string, database?: Database): Promise<Installation> => {
  const ask = async <Answer>(path: string, body: unknown, headers: Record<string, string>, method = 'POST') => {
    const response = await fetch(`${address}/v1/${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`The benchmark could not set up: ${path} answered ${await response.text()}`)
    return { answer: (await response.json()) as Answer, cookies: response.headers.getSetCookie() }
  }
  const { answer, cookies } = await ask<{ user: { id: string }; team: { id: string }; proof: string }>(
    'setup',
    { token: setupToken, ...person },
    {},
  )
  const session = {
    cookie: cookies.map((cookie) => cookie.split(';')[0]).join('; '),
    'gradient-proof': answer.proof,
  }
  const project = await ask<{ id: string }>('projects', { name: 'bench' }, session)
  const cluster = await ask<{ id: string }>('clusters', { name: 'gpu', type: 'kubernetes' }, session)
  const key = await ask<{ key: string }>('api-keys', { name: 'bench', access: ['manage', 'run'] }, session)
  const one = { team: answer.team.id, project: project.answer.id, key: key.answer.key }
  const installation = {
    ...one,
    user: answer.user.id,
    cluster: cluster.answer.id,
    teams: [one, ...(database ? await addTeams(database, otherTeams) : [])],
  }
  for (const [scope, count] of [
    [`projects/${installation.project}`, 7],
    [`clusters/${installation.cluster}`, 14],
    [`teams/${installation.team}`, 20],
  ] as const) {
    for (let index = 0; index < count; index++) {
      const value = { value: `value-${index}-0123456789` }
      await ask(`${scope}/secrets/RESOLVED_${index}`, value, { 'x-api-key': installation.key }, 'PUT')
    }
  }
  return installation
}
