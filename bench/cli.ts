import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cleanEnvironment, program } from '#cli/testing/cli-program.ts'
import { benchStarts } from './cli-start.ts'
import { median } from './load.ts'
import { logs, values } from './mask.ts'
import { residentBytes, start, withFolder } from './processes.ts'
import type { Row } from './report.ts'

const apiServer = join(import.meta.dirname, 'api-server.ts')
const megabyte = 1_000_000
const cluster = 'clbench00001'
const rounds = 15
const leastRate = 200
const mostGrowth = 32
const mostStart = 2.5

type Env = Record<string, string>

/** Measures the cost of `gradient run`: its start, and masking a program's output. */
export const benchCli = (): Promise<Row[]> =>
  withFolder(async (folder) => {
    const server = await start(apiServer, [join(folder, 'secrets.db')], { ready: /^\{/ })
    try {
      const { open, key: address } = JSON.parse(server.line) as Record<'open' | 'key', string>
      const key = await (await fetch(`${open}/api-key`)).text()
      const env = cleanEnvironment({ PAPERSPACE_CONFIG_HOST: address, PAPERSPACE_API_KEY: key })
      const file = join(folder, 'log')
      writeFileSync(file, Buffer.concat(Array.from({ length: 16 }, () => logs)))
      await setValues(address, key)
      // First, while the connection that set the values is still open: waiting for commands blocks this process, which
      // would then miss that the server has closed it.
      const run = await startOf(address, key, env)
      return [...benchStarts(env), run, ...(await maskingOf(env, file))]
    } finally {
      await server.stop()
    }
  })

const setValues = async (address: string, key: string): Promise<void> => {
  for (const [index, value] of values.entries()) {
    const answer = await fetch(`${address}/v1/clusters/${cluster}/secrets/MASKED_${index}`, {
      method: 'PUT',
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      body: JSON.stringify({ value }),
    })
    if (!answer.ok) throw new Error(`A secret was not set: ${answer.status}.`)
  }
}

const timed = async (work: () => unknown): Promise<number> => {
  const began = performance.now()
  await work()
  return performance.now() - began
}

const execute = (file: string, args: readonly string[], env: Env): void => {
  const { status, stderr } = spawnSync(file, args, { env, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${status}: ${stderr}`)
}

/** Compares `gradient run -- true` with an empty Node process that sends one such request, in turns. */
const startOf = async (address: string, key: string, env: Env): Promise<Row> => {
  const [file, ...first] = program
  const resolve = async () => {
    const answer = await fetch(`${address}/v1/workloads/resolve`, {
      method: 'POST',
      headers: { 'x-api-key': key, 'content-type': 'application/json' },
      body: JSON.stringify({ clusterId: cluster, all: true }),
    })
    await answer.json()
  }
  const times: { run: number; bare: number }[] = []
  for (let round = 0; round < rounds; round++) {
    const run = await timed(() => execute(file, [...first, 'run', '--cluster', cluster, '--', 'true'], env))
    const node = await timed(() => execute(process.execPath, ['-e', '0'], env))
    times.push({ run, bare: node + (await timed(resolve)) })
  }
  const ratio = median(times.map(({ run, bare }) => run / bare))
  return {
    what: 'gradient run -- true, with more than 50 secrets',
    measured: `${Math.round(median(times.map(({ run }) => run)))} ms`,
    baseline: `${Math.round(median(times.map(({ bare }) => bare)))} ms for node -e 0 and one request`,
    ratio,
    target: `≤ ${mostStart}`,
    met: ratio <= mostStart,
  }
}

/** Pipes a gigabyte of logs through `gradient run`, compared with the same pipe without it. */
const maskingOf = async (env: Env, file: string): Promise<Row[]> => {
  const files = Array.from({ length: 8 }, () => file)
  const bytes = files.length * 16 * logs.byteLength
  const piped = (command: readonly string[]) =>
    spawn('/bin/sh', ['-c', '"$@" | cat >/dev/null', 'sh', ...command], { env, stdio: 'inherit' })
  const masked = [...program, 'run', '--quiet', '--cluster', cluster, '--', 'cat', ...files]
  const rates: { run: number; plain: number }[] = []
  const resident: number[] = []
  for (let round = 0; round < 3; round++) {
    const run = await timed(async () => {
      const shell = piped(masked)
      const sampling = setInterval(() => resident.push(residentOf(shell.pid)), 25)
      await once(shell, 'exit')
      clearInterval(sampling)
    })
    const plain = await timed(() => once(piped(['cat', ...files]), 'exit'))
    rates.push({ run: bytes / run / 1000, plain: bytes / plain / 1000 })
    if (round < 2) resident.length = 0
  }
  const rate = median(rates.map(({ run }) => run))
  const shown = (each: number) => `${Math.round(each).toLocaleString('en')} MB/s`
  // Starts at the second eighth: before it, the program starts.
  const samples = resident.filter((each) => each > 0)
  const part = (from: number, to: number) => Math.max(...samples.slice(samples.length * from, samples.length * to))
  const grown = (part(0.5, 1) - part(0.125, 0.5)) / megabyte
  return [
    {
      what: 'masking more than 50 values through gradient run',
      measured: shown(rate),
      baseline: `${shown(median(rates.map(({ plain }) => plain)))} without it`,
      ratio: median(rates.map(({ run, plain }) => run / plain)),
      target: `≥ ${leastRate} MB/s`,
      met: rate >= leastRate,
    },
    {
      what: 'memory growth from the first to the second half of 1 GB',
      measured: `${Math.round(grown)} MB`,
      baseline: `${Math.round(part(0.125, 0.5) / megabyte)} MB`,
      target: `≤ ${mostGrowth} MB`,
      met: grown <= mostGrowth,
    },
  ]
}

/** Returns the memory of the first process that a shell started, which is the command line; 0 while there is none. */
const residentOf = (shell: number | undefined): number => {
  try {
    return residentBytes(Number.parseInt(readFileSync(`/proc/${shell}/task/${shell}/children`, 'utf8'), 10))
  } catch {
    return 0
  }
}
