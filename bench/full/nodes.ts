import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Started, start } from '../processes.ts'
import { largestMemory, processorSeconds } from './usage.ts'

const main = join(import.meta.dirname, '../../src/server/node/main.js')
const collector = pathToFileURL(join(import.meta.dirname, 'collect-on-signal.ts')).href

/** Servers as people start them, each a process of its own, over one database. */
export type Nodes = {
  addresses: string[]
  pids: number[]
  /** Of all of them together. */
  processorSeconds(): number
  /** Of the largest, in bytes. */
  memory(): number
  stop(): Promise<void>
}

export const masterKey = Buffer.alloc(32, 1).toString('base64')
export const setupToken = 'benchmark-setup-token'

/** Connections that a node has to PostgreSQL, and what it is held against has as well. */
export const poolSize = 16

/** The settings of a node on a database, and of a command beside it. */
export const settingsOf = (database: Database): Record<string, string> => ({
  PORT: '0',
  MASTER_KEY: masterKey,
  SETUP_TOKEN: setupToken,
  ...(database.kind === 'sqlite'
    ? { DATA_DIR: database.folder }
    : { DATABASE_URL: database.url, DATABASE_POOL_SIZE: `${poolSize}` }),
})

export type Database = { kind: 'sqlite'; folder: string } | { kind: 'postgres'; url: string }

export const startNodes = async (database: Database, count: number): Promise<Nodes> => {
  const started: Started[] = []
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
