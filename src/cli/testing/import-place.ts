import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'
import { type Scope, scopePaths } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'
import type { CliServer } from './cli-server.ts'
import { type Here, runHere } from './run-in-process.ts'

/** Makes projects to import to, each with a folder that has a `.env` file. */
export const importPlaces = async (server: CliServer) => {
  const manager = server.env(await server.key())
  const runner = await server.key({ access: ['run'] })

  return async (content: string | Uint8Array = '') => {
    const project = await server.scope('project', 'web')
    const cwd = newTemporaryFolder()
    writeFileSync(join(cwd, '.env'), content)
    const secrets = `/v1/${scopePaths.project}/${project.id}/secrets?limit=120`
    return {
      project,
      cwd,
      env: manager,
      run: (more: readonly string[] = [], here: Here = {}) =>
        runHere(['secrets', 'import', '.env', 'project', '--id', project.id, ...more], { env: manager, cwd, ...here }),
      /** The version of each secret that the project has. */
      versions: async (): Promise<Record<string, number>> => {
        const { items } = (await server.request<{ items: Secret[] }>('GET', secrets)).json
        return Object.fromEntries(items.map(({ name, version }) => [name, version]))
      },
      /** The values that a workload of the project gets. */
      values: async (): Promise<Record<string, string>> => {
        const body = { projectId: project.id, all: true }
        const headers = { authorization: `Bearer ${runner}`, cookie: '' }
        const answer = await server.request<{ env: Record<string, string> }>(
          'POST',
          '/v1/workloads/resolve',
          body,
          headers,
        )
        return answer.json.env
      },
    }
  }
}

/** The names of a scope’s secrets, by the owner’s own request. */
export const namesIn = async ({ request }: CliServer, { kind, id }: Scope): Promise<string[]> => {
  const { json } = await request<{ items: Secret[] }>('GET', `/v1/${scopePaths[kind]}/${id}/secrets?limit=120`)
  return json.items.map(({ name }) => name)
}
