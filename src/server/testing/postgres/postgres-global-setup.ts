import type { TestProject } from 'vitest/node'
import { startPostgres } from './embedded-postgres.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The address of a database that all tests of the run share. */
    postgres: string
  }
}

/** Starts one PostgreSQL for the whole run. Tests are isolated by their teams. */
export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const server = await startPostgres()
  project.provide('postgres', await server.database('contract'))
  return server.stop
}
