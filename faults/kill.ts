import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { ServerProcess } from '#server/testing/processes/spawn-server.ts'
import { checkOrder, checkStored } from './check.ts'
import { type Calls, callsTo, install, setupToken } from './installation.ts'
import { answersLine, newNotes, startLoad } from './load.ts'
import { noConnections } from './postgres-connections.ts'
import type { Random } from './random.ts'
import type { Row } from './report.ts'
import type { Surroundings } from './surroundings.ts'
import { timeFor, timeLimit, timesLine } from './time-limit.ts'

/** Kills of one installation, before the next starts with an empty trail: it is verified whole after each. */
const killsOfOne = 20
const clients = 8
const names = ['A', 'B', 'C', 'D', 'SHARED_1', 'SHARED_2', 'a_lower', '_under']

/** Kills the server at random moments of its work, and some of them of its start, and looks at what is there after it. */
export const killRounds = async (
  surroundings: Surroundings,
  kind: 'sqlite' | 'postgres',
  kills: number,
): Promise<Row> => {
  const random = surroundings.random.fork(`kill ${kind}`)
  const wrong: string[] = []
  const starts: number[] = []
  const all = newNotes()
  let killedAtStart = 0
  let killed = 0
  const isTime = timeLimit(timeFor.kills)
  for (let done = 0; done < kills && isTime(); done += killsOfOne) {
    const place = await placeOf(surroundings, kind, done)
    const notes = newNotes()
    let server = surroundings.start(place.settings)
    const installation = await install(server)
    for (let kill = 0; kill < Math.min(killsOfOne, kills - done) && isTime(); kill++) {
      const about = `After kill ${done + kill + 1}: `
      const calls = callsTo(await server.ready, installation)
      await loadUntilKilled(server, calls, random.fork(`${done + kill}`), notes)
      calls.close()
      killed++
      await place.settled()
      if (random.chance(0.15)) {
        killedAtStart++
        await killAtStart(surroundings.start(place.settings), random)
        await place.settled()
      }
      const began = performance.now()
      server = surroundings.start(place.settings)
      const again = callsTo(await server.ready, installation)
      starts.push(performance.now() - began)
      wrong.push(...(await checkStored(again, notes)).map((sentence) => about + sentence))
      again.close()
    }
    wrong.push(...checkOrder(notes.events), ...notes.flaws)
    for (const [kind, count] of notes.answers) all.answers.set(kind, (all.answers.get(kind) ?? 0) + count)
    server.kill('SIGKILL')
    await server.ended
  }
  const median = Math.round(starts.sort((one, other) => one - other)[Math.floor(starts.length / 2)] ?? 0)
  const slowest = Math.round(starts.at(-1) ?? 0)
  return {
    fault: `\`kill -9\` under load, ${kind === 'sqlite' ? 'SQLite' : 'PostgreSQL'}`,
    times: `${timesLine(killed, kills)}, and ${killedAtStart} more in the midst of a start`,
    checked:
      'after each: every change, its value, version and record; the trail; the list and its count; an order of all',
    seen: `${answersLine(all)}; ready again after ${median} ms, at most ${slowest} ms`,
    wrong,
  }
}

/** Where a server keeps its data, and how to wait until nothing of a killed one goes on in there. */
const placeOf = async (surroundings: Surroundings, kind: 'sqlite' | 'postgres', number: number) => {
  const folder = join(surroundings.folder(), 'data')
  const common = { DATA_DIR: folder, SETUP_TOKEN: setupToken }
  if (kind === 'sqlite') return { settings: common, settled: async () => undefined }
  const url = await (await surroundings.postgres()).database(`kill_${number}`)
  const MASTER_KEY = randomBytes(32).toString('base64')
  return { settings: { ...common, DATABASE_URL: url, MASTER_KEY }, settled: () => noConnections(url) }
}

/** Has clients at work until the server dies of a kill after some answers and some more milliseconds. */
const loadUntilKilled = async (
  server: ServerProcess,
  calls: Calls,
  random: Random,
  notes: ReturnType<typeof newNotes>,
): Promise<void> => {
  const after = 1 + random.below(90)
  const delay = random.below(12)
  const load = startLoad({
    nodes: [{ calls: () => calls }],
    names,
    clients,
    random,
    notes,
    endsWhenLost: true,
    onAnswer: (answered) => {
      if (answered === after) setTimeout(() => server.kill('SIGKILL'), delay)
    },
  })
  await Promise.all([load.done, server.ended])
}

const killAtStart = async (server: ServerProcess, random: Random): Promise<void> => {
  await pause(random.below(600))
  server.kill('SIGKILL')
  await server.ended
}
