import { spawnSync } from 'node:child_process'
import { program } from '#cli/testing/cli-program.ts'
import { median } from './load.ts'
import type { Row } from './report.ts'

const rounds = 15
const most = 2

type Env = Record<string, string>

/** Requests what the list command requests, in the cheapest way that Node offers. */
const oneRequest = `process.getBuiltinModule('node:http').get(
  process.env.PAPERSPACE_CONFIG_HOST + '/v1/teams/-/secrets?limit=120',
  { headers: { authorization: 'Bearer ' + process.env.PAPERSPACE_API_KEY } },
  (answer) => answer.resume(),
)`

const timed = (args: readonly string[], env: Env): number => {
  const began = performance.now()
  const { status, stderr } = spawnSync(process.execPath, args, { env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`)
  return performance.now() - began
}

/** Compares a command with a Node process that does the minimum of the same, in turns. */
const row = (command: readonly string[], bare: readonly string[], baseline: string, env: Env): Row => {
  const args = [...program.slice(1), ...command]
  timed(args, env)
  const times = Array.from({ length: rounds }, () => ({ command: timed(args, env), bare: timed(bare, env) }))
  const ratio = median(times.map((time) => time.command / time.bare))
  return {
    what: `gradient ${command.join(' ')}`,
    measured: `${Math.round(median(times.map((time) => time.command)))} ms`,
    baseline: `${Math.round(median(times.map((time) => time.bare)))} ms ${baseline}`,
    ratio,
    target: `≤ ${most.toFixed(2)} times`,
    met: ratio <= most,
  }
}

/** Measures how long commands take to start. `env` names a server and a key for it. */
export const benchStarts = (env: Env): Row[] => [
  row(['--version'], ['-e', '0'], 'node -e 0', env),
  row(['secrets', 'list', 'team'], ['-e', oneRequest], 'node -e that sends this one request', env),
]
