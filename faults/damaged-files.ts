import { hash } from 'node:crypto'
import { cpSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { damages } from './damages.ts'
import { callsTo, type Installation, install, setupToken } from './installation.ts'
import { describe, resolvedValues, rowsIn } from './outcomes.ts'
import type { Random } from './random.ts'
import type { Row } from './report.ts'
import type { Surroundings } from './surroundings.ts'
import { timeFor, timeLimit, timesLine } from './time-limit.ts'

/** A data folder that a server left, and every set that it acknowledged, in their order. */
type Left = { folder: string; installation: Installation; sets: { name: string; version: number; value: string }[] }

/** Starts servers on files that were damaged, and looks at whether they refuse or give away what is right. */
export const damagedFiles = async (surroundings: Surroundings, times: number): Promise<Row[]> => {
  const random = surroundings.random.fork('damaged files')
  const [left, other] = [await leave(surroundings, random), await leave(surroundings, random)]
  const rows: Row[] = []
  // In the short form some by chance, and each of them in some run.
  const chosen = surroundings.short ? damages.filter(() => random.chance(0.4)) : damages
  for (const { fault, once, ofLog, damage } of chosen) {
    const seen = { refused: 0, whole: 0, earlier: 0, altered: 0 }
    const wrong: string[] = []
    const said = new Set<string>()
    const runs = once ? 1 : times
    let time = 0
    for (const isTime = timeLimit(timeFor.damage); time < runs && isTime(); time++) {
      const folder = join(surroundings.folder(), 'data')
      cpSync(left.folder, folder, { recursive: true })
      const settings = damage({ folder, other: other.folder, random: random.fork(`${fault} ${time}`) }) ?? {}
      const outcome = await startOn(surroundings, { folder, left, settings })
      if (outcome.kind === 'refused') {
        seen.refused++
        said.add(outcome.words)
      } else {
        seen[outcome.kind]++
        if (outcome.kind === 'altered' && ofLog) outcome.wrong.push('What is served is of no moment at all.')
      }
      wrong.push(...outcome.wrong.map((sentence) => `Time ${time + 1}: ${sentence}`))
    }
    const figures = Object.entries(seen).flatMap(([what, count]) =>
      count > 0 ? [`${count} ${words[what as Kind]}`] : [],
    )
    rows.push({
      fault,
      times: timesLine(time, runs),
      checked: 'a refusal has words and leaves every file as it was; what is served has no value that was not stored',
      seen: [figures.join(', '), ...said].join('; '),
      wrong,
    })
  }
  return rows
}

/** Leaves a folder with a database file that was closed in order, and a log of what came after it and a kill. */
const leave = async (surroundings: Surroundings, random: Random): Promise<Left> => {
  const folder = join(surroundings.folder(), 'data')
  const sets: Left['sets'] = []
  let server = surroundings.start({ DATA_DIR: folder, SETUP_TOKEN: setupToken })
  const installation = await install(server)
  for (const ending of ['SIGTERM', 'SIGKILL'] as const) {
    const calls = callsTo(await server.ready, installation)
    for (let count = 0; count < 40; count++) {
      const name = `NAME_${random.below(60)}`
      const value = `${name} ${random.text(random.chance(0.2) ? 9000 : 40)}`
      const answer = await calls.put(name, value)
      if (answer.kind !== 'answered' || answer.status > 201) throw new Error(`A set was answered ${describe(answer)}.`)
      sets.push({ name, version: Number(answer.json.version), value })
    }
    calls.close()
    server.kill(ending)
    await server.ended
    if (ending === 'SIGTERM') server = surroundings.start({ DATA_DIR: folder })
  }
  return { folder, installation, sets }
}

type Kind = 'refused' | 'whole' | 'earlier' | 'altered'

const words: Record<Kind, string> = {
  refused: 'refused',
  whole: 'served whole',
  earlier: 'served as they were at an earlier moment',
  altered: 'served with names, or whether there is a value, not as they were',
}

type Outcome = { wrong: string[] } & ({ kind: 'refused'; words: string } | { kind: Exclude<Kind, 'refused'> })

const startOn = async (
  surroundings: Surroundings,
  { folder, left, settings }: { folder: string; left: Left; settings: Record<string, string> },
): Promise<Outcome> => {
  const before = contentOf(folder)
  const server = surroundings.start({ DATA_DIR: folder, ...settings })
  const address = await server.ready.catch(() => undefined)
  if (address !== undefined) {
    try {
      return await lookAt(address, left)
    } finally {
      server.kill('SIGKILL')
      await server.ended
    }
  }
  const code = await server.ended
  const words = server.stderr().trim().replaceAll(folder, 'DATA_DIR')
  const wrong: string[] = []
  if (code !== 1) wrong.push(`The start ended with ${code}.`)
  if (words.length < 20 || words.includes('\n    at '))
    wrong.push(`The start was refused with no words for people: ${words}`)
  if (contentOf(folder) !== before) wrong.push(`The start was refused, and a file was changed: ${words}`)
  return { kind: 'refused', words, wrong }
}

/** Asks a server that started for all it has, and holds it against every moment that there was. */
const lookAt = async (address: string, { installation, sets }: Left): Promise<Outcome> => {
  const calls = callsTo(address, installation)
  const wrong: string[] = []
  const given = new Map<string, number>()
  const list = await calls.list('?limit=100')
  const listed = (list.kind === 'answered' ? rowsIn(list.json) : []).map(({ name, version }) => `${name} ${version}`)
  for (const name of new Set(sets.map((set) => set.name))) {
    const answer = await calls.resolve({ only: [name] })
    if (answer.kind !== 'answered') wrong.push(`A resolve was not answered: ${describe(answer)}`)
    const found =
      answer.kind === 'answered' && answer.status === 200 ? resolvedValues(answer.json).get(name) : undefined
    if (!found) continue
    given.set(name, found.version)
    if (!sets.some((set) => set.name === name && set.version === found.version && set.value === found.value))
      wrong.push(`A wrong value was given for ${name}.`)
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

/** All that is in the files of a folder, but for SQLite's index of its log, which holds no data. */
const contentOf = (folder: string): string =>
  readdirSync(folder)
    .filter((name) => name !== 'secrets.db-shm')
    .sort()
    .map((name) => `${name} ${hash('sha256', readFileSync(join(folder, name)), 'hex')}`)
    .join('\n')
