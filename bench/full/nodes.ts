import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type RunningServer, start } from '../processes.ts'
import { largestMemory, processorSeconds } from './usage.ts'

const main = join(import.meta.dirname, '../../src/server/node/main.js')
const collector = pathToFileURL(join(import.meta.dirname, 'collect-garbage-on-signal.ts')).href

/** Servers as users start them, each in its own process, on one database. */
export type Nodes = {
  addresses: string[]
  pids: number[]
  /** Total processor time of all nodes. */
  processorSeconds(): number
  /** Memory of the largest node, in bytes. */
  memory(): number
  stop(): Promise<void>
}

export const masterKey = Buffer.alloc(32, 1).toString('base64')
export const setupToken = 'the-set-up-token-of-the-benchmarks'

/** Connections of a node to PostgreSQL. The baseline uses the same number. */
export const poolSize = 16

/** Returns the settings of a node on a database, and of a command that runs with it. */
export const settingsOf = (database: Database): Record<string, string> => ({
  PORT: '0',
  MASTER_KEY: masterKey,
  SETUP_TOKEN: setupToken,
  // On, and raised: the load comes from one key.
  RATE_LIMIT: '1000000',
  RATE_BURST: '10000000',
  ...(database.kind === 'sqlite'
    ? { DATA_DIR: database.folder }
    : { DATABASE_URL: database.url, DATABASE_POOL_SIZE: `${poolSize}` }),
})

export type Database = { kind: 'sqlite'; folder: string } | { kind: 'postgres'; url: string }

export const startNodes = async (database: Database, count: number): Promise<Nodes> => {
  const started: RunningServer[] = []
  for (let index = 0; index < count; index++) {
    const environment = {
      ...settingsOf(database),
      NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --import ${collector}`,
    }
    started.push(await start(main, [], { ready: /is ready at/, environment }))
  }
  const pids = started.map(({ child }) => child.pid ?? 0)
  return {
    addresses: started.map(({ line }) => line.replace(/^.* is ready at /, '')),
    pids,
    processorSeconds: () => processorSeconds(pids),
    memory: () => largestMemory(pids),
    stop: async () => {
      await Promise.all(started.map(({ stop }) => stop()))
    },
  }
}
