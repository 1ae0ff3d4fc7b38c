import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { residentBytes } from '../processes.ts'
import { type Database, settingsOf } from './nodes.ts'

const main = join(import.meta.dirname, '../../src/server/node/admin/main.js')
const samplesPerSecond = 4

/** The result of a command. Memory is in bytes, sampled during the run; time is in seconds. */
export type CommandResult = { code: number; output: string; errors: string; seconds: number; memory: number[] }

/** Runs a command of `npm run admin` in a separate process, on a database that servers are using. */
export const runAdmin = async (database: Database, args: readonly string[]): Promise<CommandResult> => {
  const began = performance.now()
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, ...settingsOf(database) },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const printed = { output: '', errors: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed.output += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    printed.errors += text
  })
  const memory: number[] = []
  const timer = setInterval(() => {
    try {
      memory.push(residentBytes(child.pid ?? 0))
    } catch {
      // The process has just ended.
    }
  }, 1000 / samplesPerSecond)
  const [code] = (await once(child, 'close')) as [number | null]
  clearInterval(timer)
  return {
    code: code ?? 1,
    ...printed,
    seconds: (performance.now() - began) / 1000,
    memory: memory.filter(Number.isFinite),
  }
}
