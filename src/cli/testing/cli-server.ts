import type { SendRequest } from '#server/testing/app/send-request.ts'
import { sessionCookie, startTestServer } from '#server/testing/processes/test-server.ts'
import { type Scope, scopePaths } from '#shared/scope.ts'

/** A server with one team. Its owner creates what a test needs. */
export type CliServer = {
  address: string
  /** Sends a request with the session of the owner. */
  request: SendRequest
  team: Scope
  /** Creates a project or a cluster. */
  scope(kind: 'project' | 'cluster', name: string): Promise<Scope>
  set(scope: Scope, secrets: Record<string, string>): Promise<void>
  /** Creates an API key of the owner. */
  key(wanted?: object): Promise<string>
  /** Returns the environment of a command line that uses this server with a key. */
  env(key: string): Record<string, string>
}

/** Starts a server in this process. */
export const startCliServer = async (settings: Record<string, string> = {}): Promise<CliServer> => {
  const server = await startTestServer(settings)
  const made = await server.setUp()
  const session = sessionCookie(made)
  const request: SendRequest = (method, path, body, headers) =>
    server.request(method, path, body, { ...session, ...headers })
  /** Throws unless the request succeeded: the test would otherwise fail for another reason. */
  const done = async <Content>(method: string, path: string, body: object): Promise<Content> => {
    const { status, text, json } = await request<Content>(method, path, body)
    if (status >= 300) throw new Error(`${method} ${path} was answered with ${status}: ${text}`)
    return json
  }
  return {
    address: server.address,
    request,
    team: { kind: 'team', id: made.json.team?.id ?? '' },
    scope: async (kind, name) => {
      const type = kind === 'cluster' ? { type: 'vm' } : {}
      const { id } = await done<{ id: string }>('POST', `/v1/${scopePaths[kind]}`, { name, ...type })
      return { kind, id }
    },
    set: async ({ kind, id }, secrets) => {
      for (const [name, value] of Object.entries(secrets)) {
        await done('PUT', `/v1/${scopePaths[kind]}/${id}/secrets/${name}`, { value })
      }
    },
    key: async (wanted = {}) => (await done<{ key: string }>('POST', '/v1/api-keys', { name: 'test', ...wanted })).key,
    env: (key) => ({ PAPERSPACE_CONFIG_HOST: server.address, PAPERSPACE_API_KEY: key }),
  }
}
