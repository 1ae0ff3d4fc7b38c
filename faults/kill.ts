import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { ServerProcess } from '#server/testing/processes/spawn-server.ts'
import { checkOrder, checkStored } from './check.ts'
import type { FaultContext } from './fault-context.ts'
import { type Calls, callsTo, install, setupToken } from './installation.ts'
import { answersLine, newObservations, startLoad } from './load.ts'
import { waitForNoConnections } from './postgres-connections.ts'
import type { Random } from './random.ts'
import type { Row } from './report.ts'
import { timeFor, timeLimit, timesLine } from './time-limit.ts'

/**
 * Kills per installation. The next installation starts with an empty trail, because each kill verifies the whole trail.
 */
const killsOfOne = 20
const clients = 8
const names = ['A', 'B', 'C', 'D', 'SHARED_1', 'SHARED_2', 'a_lower', '_under']

/**
 * Kills the server at random moments while it works, and sometimes while it starts. Checks the stored state after each
 * kill.
 */
export const killRounds = async (context: FaultContext, kind: 'sqlite' | 'postgres', kills: number): Promise<Row> => {
  const random = context.random.fork(`kill ${kind}`)
  const wrong: string[] = []
  const starts: number[] = []
  const all = newObservations()
  let killsAtStart = 0
  let killed = 0
  const isTime = timeLimit(timeFor.kills)
  for (let done = 0; done < kills && isTime(); done += killsOfOne) {
    const data = await prepareData(context, kind, done)
    const observations = newObservations()
    let server = context.start(data.settings)
    const installation = await install(server)
    for (let kill = 0; kill < Math.min(killsOfOne, kills - done) && isTime(); kill++) {
      const about = `After kill ${done + kill + 1}: `
      const calls = callsTo(await server.ready, installation)
      await loadUntilKilled(server, calls, random.fork(`${done + kill}`), observations)
      calls.close()
      killed++
      await data.settled()
      if (random.chance(0.15)) {
        killsAtStart++
        await killAtStart(context.start(data.settings), random)
        await data.settled()
      }
      const began = performance.now()
      server = context.start(data.settings)
      const again = callsTo(await server.ready, installation)
      starts.push(performance.now() - began)
      wrong.push(...(await checkStored(again, observations)).map((sentence) => about + sentence))
      again.close()
    }
    wrong.push(...checkOrder(observations.events), ...observations.flaws)
    for (const [kind, count] of observations.answers) all.answers.set(kind, (all.answers.get(kind) ?? 0) + count)
    server.kill('SIGKILL')
    await server.ended
  }
  const median = Math.round(starts.sort((one, other) => one - other)[Math.floor(starts.length / 2)] ?? 0)
  const slowest = Math.round(starts.at(-1) ?? 0)
  return {
    fault: `\`kill -9\` under load, ${kind === 'sqlite' ? 'SQLite' : 'PostgreSQL'}`,
    times: `${timesLine(killed, kills)}, and ${killsAtStart} more during a start`,
    checked:
      'after each: every change, its value, version and record; the trail; the list and its count; an order of all',
    seen: `${answersLine(all)}; ready again after ${median} ms, at most ${slowest} ms`,
    wrong,
  }
}

/** Returns where a server keeps its data, and how to wait until no statement of a killed server is still running. */
const prepareData = async (context: FaultContext, kind: 'sqlite' | 'postgres', number: number) => {
  const folder = join(context.folder(), 'data')
  const common = { DATA_DIR: folder, SETUP_TOKEN: setupToken }
  if (kind === 'sqlite') return { settings: common, settled: async () => undefined }
  const url = await (await context.postgres()).database(`kill_${number}`)
  const MASTER_KEY = randomBytes(32).toString('base64')
  return { settings: { ...common, DATABASE_URL: url, MASTER_KEY }, settled: () => waitForNoConnections(url) }
}

/** Loads the server until a kill ends it, a few milliseconds after a number of answers. */
const loadUntilKilled = async (
  server: ServerProcess,
  calls: Calls,
  random: Random,
  observations: ReturnType<typeof newObservations>,
): Promise<void> => {
  const after = 1 + random.below(90)
  const delay = random.below(12)
  const load = startLoad({
    nodes: [{ calls: () => calls }],
    names,
    clients,
    random,
    observations,
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
