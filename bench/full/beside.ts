import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { start } from '../processes.ts'
import { loadFully, type Measured } from './full-load.ts'
import type { Installation } from './installation.ts'
import type { Sent } from './loads.ts'

/** What a driver alone is to do, and for how long. Times are in seconds. */
export type Asked = {
  url: string
  what: 'list' | 'resolve' | 'insert'
  installation: Installation
  connections: number
  pool: number
  seconds: number
  warmUp: number
  /** Whether to do it for each request to a bare handler, and not in a loop. */
  serve?: true
}

const script = join(import.meta.dirname, 'driver-loop.ts')

/** Runs the straight loop of a driver in a process of its own. */
export const driverAlone = async (asked: Asked): Promise<Measured> => {
  const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(asked)])
  return JSON.parse(stdout) as Measured
}

/** The same for each request to a handler that does nothing else. */
export const bareHandler = (asked: Omit<Asked, 'serve'>): Promise<Measured> =>
  withBareHandler(asked, (address, sent) => loadFully([address], sent, asked))

/** Runs such a handler in a process of its own for as long as `load` takes. */
export const withBareHandler = async (
  asked: Omit<Asked, 'serve'>,
  load: (address: string, sent: Sent) => Promise<Measured>,
): Promise<Measured> => {
  const server = await start(script, [JSON.stringify({ ...asked, serve: true })], { ready: /^\{/ })
  try {
    const { address } = JSON.parse(server.line) as { address: string }
    return await load(address, { path: '/', requests: () => [{ method: 'GET' }] })
  } finally {
    await server.stop()
  }
}
