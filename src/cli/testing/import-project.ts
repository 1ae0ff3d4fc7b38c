import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'
import { type Scope, scopePaths } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'
import type { CliServer } from './cli-server.ts'
import { type InProcessOptions, runInProcess } from './run-in-process.ts'

/** Returns a function that creates a project and a folder with a `.env` file. */
export const importProjects = async (server: CliServer) => {
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
      run: (more: readonly string[] = [], options: InProcessOptions = {}) =>
        runInProcess(['secrets', 'import', '.env', 'project', '--id', project.id, ...more], {
          env: manager,
          cwd,
          ...options,
        }),
      /** Returns the version of each secret of the project. */
      versions: async (): Promise<Record<string, number>> => {
        const { items } = (await server.request<{ items: Secret[] }>('GET', secrets)).json
        return Object.fromEntries(items.map(({ name, version }) => [name, version]))
      },
      /** Returns the values that a workload of the project gets. */
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

/** Returns the names of the secrets of a scope, as the owner sees them. */
export const namesIn = async ({ request }: CliServer, { kind, id }: Scope): Promise<string[]> => {
  const { json } = await request<{ items: Secret[] }>('GET', `/v1/${scopePaths[kind]}/${id}/secrets?limit=120`)
  return json.items.map(({ name }) => name)
}
