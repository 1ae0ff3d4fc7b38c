import type { ServerProcess } from '#server/testing/processes/spawn-server.ts'
import { type HttpClient, openHttpClient } from './http-client.ts'

/** A server's team with a project to write to, and the keys of its clients. */
export type Installation = {
  projectId: string
  /** The headers of a signed-in member. */
  session: Record<string, string>
  /** Headers of a key that may change secrets, and of one that may resolve them. */
  manage: Record<string, string>
  run: Record<string, string>
}

export const setupToken = 'the set-up token that all faults use'
export const person = { email: 'ada@example.com', password: 'correct horse battery' }

/** Sets up a new server: the first account, a project, and a key for each kind of access. */
export const install = async (server: ServerProcess): Promise<Installation> => {
  const made = await server.request<{ proof: string }>('POST', '/v1/setup', {
    ...person,
    token: setupToken,
    name: 'Ada Lovelace',
    team: 'Gradient Next',
  })
  if (made.status !== 201) throw new Error(`Set-up failed: ${made.status} ${made.text}`)
  const session = {
    cookie: made.headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; '),
    'gradient-proof': made.json.proof,
  }
  const project = await server.request<{ id: string }>('POST', '/v1/projects', { name: 'nlp' }, session)
  const key = async (access: 'manage' | 'run') => {
    const body = { name: `${access} faults`, access: [access] }
    const { json } = await server.request<{ key: string }>('POST', '/v1/api-keys', body, session)
    return { authorization: `Bearer ${json.key}` }
  }
  return { projectId: project.json.id, session, manage: await key('manage'), run: await key('run') }
}

/** All requests of the clients of one server. */
export type Calls = ReturnType<typeof callsTo>

export const callsTo = (origin: string, { projectId, session, manage, run }: Installation) => {
  const wire: HttpClient = openHttpClient(origin)
  const secrets = `/v1/projects/${projectId}/secrets`
  return {
    put: (name: string, value: string, condition: Record<string, string> = {}) =>
      wire.send('PUT', `${secrets}/${name}`, { value }, { ...manage, ...condition }),
    create: (name: string, value: string) => wire.send('POST', secrets, { name, value }, session),
    edit: (name: string, value: string) => wire.send('PATCH', `${secrets}/${name}`, { value }, manage),
    delete: (name: string, condition: Record<string, string> = {}) =>
      wire.send('DELETE', `${secrets}/${name}`, undefined, { ...manage, ...condition }),
    look: (name: string) => wire.send('GET', `${secrets}/${name}`, undefined, manage),
    list: (query = '') => wire.send('GET', `${secrets}${query}`, undefined, session),
    resolve: (wanted: { only: string[] } | { all: true }) =>
      wire.send('POST', '/v1/workloads/resolve', { projectId, ...wanted }, run),
    get: (path: string) => wire.send('GET', path, undefined, session),
    post: (path: string, body: unknown) => wire.send('POST', path, body, session),
    close: wire.close,
  }
}
