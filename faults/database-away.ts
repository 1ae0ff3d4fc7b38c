import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { checkOrder, checkStored } from './check.ts'
import { type Calls, callsTo, install, setupToken } from './installation.ts'
import { answersLine, newNotes, startLoad } from './load.ts'
import { nothingUnderWay } from './postgres-connections.ts'
import { openProxy, type Weather } from './proxy.ts'
import type { Row } from './report.ts'
import type { Surroundings } from './surroundings.ts'
import { timeFor, timeLimit, timesLine } from './time-limit.ts'

const clients = 8
/** Within which a server is to serve again once its database does, in milliseconds. */
const recovery = 30_000

type Trouble = { fault: string; once?: true; run(): Promise<void> }

/** Puts a network of ill weather between a server and PostgreSQL, or restarts that, while clients are at work. */
export const databaseAway = async (surroundings: Surroundings, times: number): Promise<Row[]> => {
  const random = surroundings.random.fork('database away')
  const postgres = await surroundings.ownPostgres()
  const url = await postgres.database('away')
  const proxy = await openProxy(Number(new URL(url).port), random)
  surroundings.later(proxy.close)
  const through = new URL(url)
  through.port = `${proxy.port}`
  const server = surroundings.start({
    DATA_DIR: join(surroundings.folder(), 'data'),
    SETUP_TOKEN: setupToken,
    MASTER_KEY: randomBytes(32).toString('base64'),
    DATABASE_URL: through.href,
  })
  const installation = await install(server)
  const calls = callsTo(await server.ready, installation)
  const during = async (weather: Weather, milliseconds: number) => {
    await proxy.become(weather)
    await pause(milliseconds)
    await proxy.become({ kind: 'fair' })
  }
  const length = () => 300 + random.below(surroundings.short ? 500 : 2000)
  const troubles: Trouble[] = [
    { fault: 'PostgreSQL refuses connections', run: () => during({ kind: 'refused' }, length()) },
    {
      fault: 'PostgreSQL is slow: 5 to 100 ms a packet',
      run: () => during({ kind: 'slow', milliseconds: 5 + random.below(95) }, length()),
    },
    {
      fault: 'PostgreSQL is cut off in the midst of answers',
      run: () => during({ kind: 'cut', most: 4000 }, length()),
    },
    {
      fault: 'PostgreSQL is behind a network that swallows everything',
      run: () => during({ kind: 'silent' }, length()),
    },
    {
      fault: 'PostgreSQL is behind a network that swallows everything for longer than a server waits',
      once: true,
      run: () => during({ kind: 'silent' }, 50_000),
    },
    { fault: 'PostgreSQL is restarted in order', run: () => postgres.restart('fast') },
    { fault: 'PostgreSQL is restarted as after a crash', run: () => postgres.restart('immediate') },
  ]
  const rows: Row[] = []
  // One trail for all of it: what one trouble broke must not be mended by the next.
  const notes = newNotes()
  for (const { fault, once, run } of troubles) {
    if (once && surroundings.short) continue
    const runs = once ? 1 : times
    notes.answers.clear()
    notes.flaws.length = 0
    const wrong: string[] = []
    const before = notes.events.length
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
        notes,
      })
      await pause(100 + random.below(200))
      await run()
      const began = performance.now()
      const recovered = await untilWell(calls)
      back = Math.max(back, performance.now() - began)
      await load.stop()
      if (!recovered) wrong.push(`The server did not serve again within ${recovery / 1000} s.`)
      await nothingUnderWay(url)
    }
    const slowest = Math.max(
      0,
      ...notes.events
        .slice(before)
        .flatMap(({ invoked, returned }) => (Number.isFinite(returned) ? [returned - invoked] : [])),
    )
    wrong.push(...(await checkStored(calls, notes)), ...checkOrder(notes.events), ...notes.flaws)
    rows.push({
      fault,
      times: timesLine(time, runs),
      checked:
        'errors are JSON, 503 says when to come back; it serves again by itself; the trail, the list, an order of all',
      seen: `${answersLine(notes)}; served again after at most ${Math.round(back)} ms; slowest answer ${Math.round(slowest)} ms`,
      wrong,
    })
  }
  calls.close()
  server.kill('SIGTERM')
  await server.ended
  return rows
}

/** Waits until a read and a change are answered well. */
const untilWell = async (calls: Calls): Promise<boolean> => {
  const until = performance.now() + recovery
  while (performance.now() < until) {
    const answer = await calls.look('THERE_IS_NONE')
    if (answer.kind === 'answered' && answer.status === 404) return true
    await pause(20)
  }
  return false
}
