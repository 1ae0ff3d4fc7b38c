import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { checkOrder, checkStored } from './check.ts'
import type { FaultContext } from './fault-context.ts'
import { type Calls, callsTo, install, setupToken } from './installation.ts'
import { answersLine, newObservations, startLoad } from './load.ts'
import { waitForNoStatements } from './postgres-connections.ts'
import { type NetworkState, openProxy } from './proxy.ts'
import type { Row } from './report.ts'
import { timeFor, timeLimit, timesLine } from './time-limit.ts'

const clients = 8
/** Time within which a server must recover after its database is back, in milliseconds. */
const recovery = 30_000

type Trouble = { fault: string; once?: true; run(): Promise<void> }

/** Puts an unreliable network between a server and PostgreSQL, or restarts PostgreSQL, while clients send requests. */
export const databaseUnavailable = async (context: FaultContext, times: number): Promise<Row[]> => {
  const random = context.random.fork('database away')
  const postgres = await context.ownPostgres()
  const url = await postgres.database('away')
  const proxy = await openProxy(Number(new URL(url).port), random)
  context.later(proxy.close)
  const through = new URL(url)
  through.port = `${proxy.port}`
  const server = context.start({
    DATA_DIR: join(context.folder(), 'data'),
    SETUP_TOKEN: setupToken,
    MASTER_KEY: randomBytes(32).toString('base64'),
    DATABASE_URL: through.href,
  })
  const installation = await install(server)
  const calls = callsTo(await server.ready, installation)
  const during = async (network: NetworkState, milliseconds: number) => {
    await proxy.become(network)
    await pause(milliseconds)
    await proxy.become({ kind: 'fair' })
  }
  const length = () => 300 + random.below(context.short ? 500 : 2000)
  const troubles: Trouble[] = [
    { fault: 'PostgreSQL refuses connections', run: () => during({ kind: 'refused' }, length()) },
    {
      fault: 'PostgreSQL is slow: 5 to 100 ms a packet',
      run: () => during({ kind: 'slow', milliseconds: 5 + random.below(95) }, length()),
    },
    {
      fault: 'connections to PostgreSQL break in the middle of answers',
      run: () => during({ kind: 'cut', most: 4000 }, length()),
    },
    {
      fault: 'the network to PostgreSQL drops everything',
      run: () => during({ kind: 'silent' }, length()),
    },
    {
      fault: 'the network to PostgreSQL drops everything for longer than a server waits',
      once: true,
      run: () => during({ kind: 'silent' }, 50_000),
    },
    { fault: 'PostgreSQL is restarted cleanly', run: () => postgres.restart('fast') },
    { fault: 'PostgreSQL is restarted as after a crash', run: () => postgres.restart('immediate') },
  ]
  const rows: Row[] = []
  // All faults share one trail: a later one must not repair the damage of an earlier one.
  const observations = newObservations()
  for (const { fault, once, run } of troubles) {
    if (once && context.short) continue
    const runs = once ? 1 : times
    observations.answers.clear()
    observations.flaws.length = 0
    const wrong: string[] = []
    const before = observations.events.length
    let back = 0
    let time = 0
    for (const isTime = timeLimit(timeFor.trouble); time < runs && isTime(); time++) {
      const names = Array.from(
        { length: 4 },
        (_, index) => `${troubles.findIndex((one) => one.fault === fault)}_${time}_${index}`,
      )
      const load = startLoad({
        nodes: [{ calls: () => calls }],
        names: names.map((name) => `N${name}`),
        clients,
        random: random.fork(`${fault} ${time}`),
        observations,
      })
      await pause(100 + random.below(200))
      await run()
      const began = performance.now()
      const recovered = await untilWell(calls)
      back = Math.max(back, performance.now() - began)
      await load.stop()
      if (!recovered) wrong.push(`The server did not recover within ${recovery / 1000} s.`)
      await waitForNoStatements(url)
    }
    const slowest = Math.max(
      0,
      ...observations.events
        .slice(before)
        .flatMap(({ invoked, returned }) => (Number.isFinite(returned) ? [returned - invoked] : [])),
    )
    wrong.push(...(await checkStored(calls, observations)), ...checkOrder(observations.events), ...observations.flaws)
    rows.push({
      fault,
      times: timesLine(time, runs),
      checked:
        'errors are JSON, 503 says when to retry; the server recovers on its own; the trail, the list, an order of all',
      seen: `${answersLine(observations)}; recovered after at most ${Math.round(back)} ms; slowest answer ${Math.round(slowest)} ms`,
      wrong,
    })
  }
  calls.close()
  server.kill('SIGTERM')
  await server.ended
  return rows
}

/** Waits until a read and a change succeed. */
const untilWell = async (calls: Calls): Promise<boolean> => {
  const until = performance.now() + recovery
  while (performance.now() < until) {
    const answer = await calls.look('THERE_IS_NONE')
    if (answer.kind === 'answered' && answer.status === 404) return true
    await pause(20)
  }
  return false
}
