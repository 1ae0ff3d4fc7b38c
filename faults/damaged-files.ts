import { hash } from 'node:crypto'
import { cpSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { damages } from './damages.ts'
import type { FaultContext } from './fault-context.ts'
import { callsTo, type Installation, install, setupToken } from './installation.ts'
import { describe, resolvedValues, rowsIn } from './outcomes.ts'
import type { Random } from './random.ts'
import type { Row } from './report.ts'
import { timeFor, timeLimit, timesLine } from './time-limit.ts'

/** A data folder that a server left behind, and all acknowledged sets in their order. */
type DamagedInstallation = {
  folder: string
  installation: Installation
  sets: { name: string; version: number; value: string }[]
}

/** Starts servers on damaged files and checks that they either refuse to start or return correct data. */
export const damagedFiles = async (context: FaultContext, times: number): Promise<Row[]> => {
  const random = context.random.fork('damaged files')
  const [left, other] = [await leave(context, random), await leave(context, random)]
  const rows: Row[] = []
  // The short form picks some at random; over many runs each one is picked.
  const chosen = context.short ? damages.filter(() => random.chance(0.4)) : damages
  for (const { fault, once, ofLog, damage } of chosen) {
    const seen = { refused: 0, whole: 0, earlier: 0, altered: 0 }
    const wrong: string[] = []
    const said = new Set<string>()
    const runs = once ? 1 : times
    let time = 0
    for (const isTime = timeLimit(timeFor.damage); time < runs && isTime(); time++) {
      const folder = join(context.folder(), 'data')
      cpSync(left.folder, folder, { recursive: true })
      const settings = damage({ folder, other: other.folder, random: random.fork(`${fault} ${time}`) }) ?? {}
      const outcome = await startOn(context, { folder, left, settings })
      if (outcome.kind === 'refused') {
        seen.refused++
        said.add(outcome.words)
      } else {
        seen[outcome.kind]++
        if (outcome.kind === 'altered' && ofLog) outcome.wrong.push('The served state never existed.')
      }
      wrong.push(...outcome.wrong.map((sentence) => `Time ${time + 1}: ${sentence}`))
    }
    const figures = Object.entries(seen).flatMap(([what, count]) =>
      count > 0 ? [`${count} ${words[what as Kind]}`] : [],
    )
    rows.push({
      fault,
      times: timesLine(time, runs),
      checked: 'a refusal has a clear message and changes no file; served values were stored before',
      seen: [figures.join(', '), ...said].join('; '),
      wrong,
    })
  }
  return rows
}

/** Creates a folder with a cleanly closed database file, and a log of later changes and a kill. */
const leave = async (context: FaultContext, random: Random): Promise<DamagedInstallation> => {
  const folder = join(context.folder(), 'data')
  const sets: DamagedInstallation['sets'] = []
  let server = context.start({ DATA_DIR: folder, SETUP_TOKEN: setupToken })
  const installation = await install(server)
  for (const ending of ['SIGTERM', 'SIGKILL'] as const) {
    const calls = callsTo(await server.ready, installation)
    for (let count = 0; count < 40; count++) {
      const name = `NAME_${random.below(60)}`
      const value = `${name} ${random.text(random.chance(0.2) ? 9000 : 40)}`
      const answer = await calls.put(name, value)
      if (answer.kind !== 'answered' || answer.status > 201)
        throw new Error(`A set was answered with ${describe(answer)}.`)
      sets.push({ name, version: Number(answer.json.version), value })
    }
    calls.close()
    server.kill(ending)
    await server.ended
    if (ending === 'SIGTERM') server = context.start({ DATA_DIR: folder })
  }
  return { folder, installation, sets }
}

type Kind = 'refused' | 'whole' | 'earlier' | 'altered'

const words: Record<Kind, string> = {
  refused: 'refused',
  whole: 'served whole',
  earlier: 'served as at an earlier moment',
  altered: 'served with other names or missing values',
}

type Outcome = { wrong: string[] } & ({ kind: 'refused'; words: string } | { kind: Exclude<Kind, 'refused'> })

const startOn = async (
  context: FaultContext,
  { folder, left, settings }: { folder: string; left: DamagedInstallation; settings: Record<string, string> },
): Promise<Outcome> => {
  const before = contentOf(folder)
  const server = context.start({ DATA_DIR: folder, ...settings })
  const address = await server.ready.catch(() => undefined)
  if (address !== undefined) {
    try {
      return await inspect(address, left)
    } finally {
      server.kill('SIGKILL')
      await server.ended
    }
  }
  const code = await server.ended
  const words = server.stderr().trim().replaceAll(folder, 'DATA_DIR')
  const wrong: string[] = []
  if (code !== 1) wrong.push(`The start exited with ${code}.`)
  if (words.length < 20 || words.includes('\n    at '))
    wrong.push(`The start was refused without a clear message: ${words}`)
  if (contentOf(folder) !== before) wrong.push(`The refused start changed a file: ${words}`)
  return { kind: 'refused', words, wrong }
}

/** Reads everything from a running server, and compares it with every past state. */
const inspect = async (address: string, { installation, sets }: DamagedInstallation): Promise<Outcome> => {
  const calls = callsTo(address, installation)
  const wrong: string[] = []
  const given = new Map<string, number>()
  const list = await calls.list('?limit=100')
  const listed = (list.kind === 'answered' ? rowsIn(list.json) : []).map(({ name, version }) => `${name} ${version}`)
  for (const name of new Set(sets.map((set) => set.name))) {
    const answer = await calls.resolve({ only: [name] })
    if (answer.kind !== 'answered') wrong.push(`A resolve got no answer: ${describe(answer)}`)
    const found =
      answer.kind === 'answered' && answer.status === 200 ? resolvedValues(answer.json).get(name) : undefined
    if (!found) continue
    given.set(name, found.version)
    if (!sets.some((set) => set.name === name && set.version === found.version && set.value === found.value))
      wrong.push(`A resolve returned a wrong value for ${name}.`)
  }
  calls.close()
  const now = linesOf(given)
  if (listed.join() !== now) return { kind: 'altered', wrong }
  const moment = new Map<string, number>()
  const moments = sets.map(({ name, version }) => linesOf(moment.set(name, version)))
  if (now === moments.at(-1)) return { kind: 'whole', wrong }
  return { kind: now === '' || moments.includes(now) ? 'earlier' : 'altered', wrong }
}

const linesOf = (versions: Map<string, number>): string =>
  [...versions.keys()]
    .sort((one, other) => (one < other ? -1 : 1))
    .map((name) => `${name} ${versions.get(name)}`)
    .join()

/** Returns the content of all files in a folder except SQLite's index of its log, which contains no data. */
const contentOf = (folder: string): string =>
  readdirSync(folder)
    .filter((name) => name !== 'secrets.db-shm')
    .sort()
    .map((name) => `${name} ${hash('sha256', readFileSync(join(folder, name)), 'hex')}`)
    .join('\n')
