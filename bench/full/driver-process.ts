import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { start } from '../processes.ts'
import { loadFully, type Measured } from './full-load.ts'
import type { Installation } from './installation.ts'
import type { RequestLoop } from './loads.ts'

/** A task for a driver without a server. Times are in seconds. */
export type DriverTask = {
  url: string
  what: 'list' | 'resolve' | 'insert'
  installation: Installation
  connections: number
  pool: number
  seconds: number
  warmUp: number
  /** Whether to run the task per request to a bare handler, instead of in a loop. */
  serve?: true
}

const script = join(import.meta.dirname, 'driver-loop.ts')

/** Runs the plain loop of a driver in a separate process. */
export const runDriver = async (task: DriverTask): Promise<Measured> => {
  const { stdout } = await promisify(execFile)(process.execPath, [script, JSON.stringify(task)])
  return JSON.parse(stdout) as Measured
}

/** Runs the task once per request to a handler that does nothing else. */
export const runBareHandler = (task: Omit<DriverTask, 'serve'>): Promise<Measured> =>
  withBareHandler(task, (address, sent) => loadFully([address], sent, task))

/** Runs such a handler in a separate process while `load` runs. */
export const withBareHandler = async (
  task: Omit<DriverTask, 'serve'>,
  load: (address: string, sent: RequestLoop) => Promise<Measured>,
): Promise<Measured> => {
  const server = await start(script, [JSON.stringify({ ...task, serve: true })], { ready: /^\{/ })
  try {
    const { address } = JSON.parse(server.line) as { address: string }
    return await load(address, { path: '/', requests: () => [{ method: 'GET' }] })
  } finally {
    await server.stop()
  }
}
