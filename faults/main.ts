import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runClockJumps } from './clock.ts'
import { damagedFiles } from './damaged-files.ts'
import { databaseUnavailable } from './database-unavailable.ts'
import { diskFull } from './disk-full.ts'
import { type FaultContext, withFaultContext } from './fault-context.ts'
import { killRounds } from './kill.ts'
import { checkOrderOverProcesses } from './nodes.ts'
import { seeded } from './random.ts'
import { printRow, type Row, tableOf, withReport } from './report.ts'

const usage = `Usage: npm run test:faults -- [--short] [--seed TEXT] [--only NAME[,NAME]]
  --short       a few of each fault, in less than a minute; changes no file
  --seed TEXT   makes the choices of the run that printed it again
  --only NAMES  only these faults`

/** Parts of one kind of fault. Each may run concurrently with any other. */
type Part = (context: FaultContext) => Promise<Row[]>
type Fault = (context: FaultContext) => Part[]

const one = async (row: Promise<Row>): Promise<Row[]> => [await row]

const faults: Record<string, Fault> = {
  kill: ({ short }) => [
    (within) => one(killRounds(within, 'sqlite', short ? 6 : 200)),
    (within) => one(killRounds(within, 'postgres', short ? 3 : 100)),
  ],
  order: ({ short }) => {
    const rounds = short ? 1 : 20
    const parts: Part[] = [
      (within) => one(checkOrderOverProcesses(within, { kind: 'sqlite', processes: 1, kills: false, rounds })),
      (within) => one(checkOrderOverProcesses(within, { kind: 'postgres', processes: 3, kills: false, rounds })),
      (within) => one(checkOrderOverProcesses(within, { kind: 'postgres', processes: 3, kills: true, rounds })),
    ]
    // The last observations contain all earlier ones.
    return short ? parts.slice(-1) : parts
  },
  disk: ({ short }) => [(within) => diskFull(within, short ? 1 : 6)],
  files: ({ short }) => [(within) => damagedFiles(within, short ? 1 : 12)],
  clock: ({ short }) => [
    (within) => one(runClockJumps(within, 'sqlite')),
    ...(short ? [] : [(within: FaultContext) => one(runClockJumps(within, 'postgres'))]),
  ],
  database: ({ short }) => [(within) => databaseUnavailable(within, short ? 1 : 5)],
}

const given = () => {
  try {
    const options = { short: { type: 'boolean' }, seed: { type: 'string' }, only: { type: 'string' } } as const
    const { values } = parseArgs({ options })
    const only = values.only?.split(',') ?? Object.keys(faults)
    const unknown = only.find((name) => !Object.hasOwn(faults, name))
    if (unknown !== undefined)
      throw new Error(`There is no fault “${unknown}”. There are ${Object.keys(faults).join(', ')}.`)
    return { short: values.short ?? false, seed: values.seed ?? `${Date.now() % 1_000_000}`, only }
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${usage}`)
    return process.exit(2)
  }
}

const { short, seed, only } = given()
const page = join(import.meta.dirname, '../docs/faults.md')
const about = `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown CPU'}`
console.log(`Seed ${seed}, ${about}`)

/** Writes a fault's section of the page, so that an interrupted run leaves its results. */
const write = (name: string, rows: readonly Row[], seconds: number): void => {
  const date = new Date().toISOString().slice(0, 10)
  const head = `${date}, \`--seed ${seed}\`, ${seconds} s; ${about}.`
  writeFileSync(page, withReport(readFileSync(page, 'utf8'), name, `${head}\n\n${tableOf(rows)}\n`))
}

/** Number of parts that run concurrently. About half of each part waits for a server to start. */
const lanes = short ? 3 : 2

const began = performance.now()
const wrong = await withFaultContext({ random: seeded(seed), short }, async (context) => {
  let sum = 0
  for (const names of short ? [only] : only.map((name) => [name])) {
    const start = performance.now()
    const parts = names.flatMap((name) => faults[name]?.(context) ?? [])
    const rows: Row[] = []
    const lane = async () => {
      for (let part = parts.shift(); part; part = parts.shift()) {
        const found = await part(context)
        for (const row of found) printRow(row)
        rows.push(...found)
      }
    }
    await Promise.all(Array.from({ length: lanes }, lane))
    for (const row of rows) sum += row.wrong.length
    const [name] = names
    if (!short && name !== undefined) write(name, rows, Math.round((performance.now() - start) / 1000))
  }
  return sum
})
const seconds = Math.round((performance.now() - began) / 1000)
console.log(wrong === 0 ? `Every promise was kept, in ${seconds} s.` : `${wrong} broken promises. Seed ${seed}`)
process.exitCode = wrong === 0 ? 0 : 1
