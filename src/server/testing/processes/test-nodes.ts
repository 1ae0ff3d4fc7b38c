import { join } from 'node:path'
import { type ServerProcess, startServerProcess } from './server-process.ts'
import { newTemporaryFolder } from './temporary-folder.ts'
import { setupToken } from './test-server.ts'

/** Returns the settings of a node on a database. */
export const nodeSettings = (databaseUrl: string): Record<string, string> => ({
  DATABASE_URL: databaseUrl,
  DATA_DIR: join(newTemporaryFolder(), 'data'),
  MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
  SETUP_TOKEN: setupToken,
})

/** Starts this many server processes on one database. */
export const startNodes = async (count: number, databaseUrl: string): Promise<ServerProcess[]> => {
  const nodes = Array.from({ length: count }, () => startServerProcess(nodeSettings(databaseUrl)))
  await Promise.all(nodes.map(({ ready }) => ready))
  return nodes
}

/** Opens a stream of changes on a server process. */
export const openEventStream = async ({ ready }: ServerProcess, headers: Record<string, string>) => {
  const { body } = await fetch(`${await ready}/v1/events`, { headers })
  return body
}
