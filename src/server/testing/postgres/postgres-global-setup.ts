import type { TestProject } from 'vitest/node'
import { startPostgres } from './embedded-postgres.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Address of an empty database of a PostgreSQL server that lives as long as the run. */
    postgres: string
  }
}

/** One PostgreSQL for the whole run: tests are apart by their teams. */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const server = await startPostgres()
  project.provide('postgres', await server.database('contract'))
  return server.stop
}
