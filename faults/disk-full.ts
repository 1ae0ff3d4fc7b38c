import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { checkOrder, checkStored } from './check.ts'
import type { FaultContext } from './fault-context.ts'
import { type Calls, callsTo, install, setupToken } from './installation.ts'
import { answersLine, newObservations, type Observations, startLoad } from './load.ts'
import { describe } from './outcomes.ts'
import { onPostgres } from './postgres-connections.ts'
import type { Row } from './report.ts'
import { serverClock } from './server-clock.ts'
import { mountSmallDisk, type SmallDisk } from './small-disk.ts'
import { timesLine } from './time-limit.ts'

const clients = 6
const checked =
  'changes fail with 503 and a clear message; names are still read; after space is freed, the server recovers without a restart; the trail, the list, an order of all'

/** Fills the database's disk while clients send requests, and frees it again. */
export const diskFull = async (context: FaultContext, times: number): Promise<Row[]> => {
  const rows: Row[] = []
  for (const kind of ['sqlite', 'postgres'] as const) {
    const fault = `the disk of ${kind === 'sqlite' ? 'SQLite' : 'PostgreSQL’s tables'} is full`
    const disk = mountSmallDisk(context, kind === 'sqlite' ? 32 : 48)
    if (disk) rows.push(await fillAndEmpty(context, { kind, fault, disk, times }))
    else
      rows.push({
        fault,
        times: '0 times',
        checked,
        seen: 'not done: mounting a small disk requires root on Linux',
        wrong: [],
      })
  }
  return rows
}

type Filling = { kind: 'sqlite' | 'postgres'; fault: string; disk: SmallDisk; times: number }

const fillAndEmpty = async (context: FaultContext, { kind, fault, disk, times }: Filling): Promise<Row> => {
  const random = context.random.fork(fault)
  const data = kind === 'sqlite' ? join(disk.folder, 'data') : join(context.folder(), 'data')
  const database =
    kind === 'sqlite'
      ? {}
      : { DATABASE_URL: await databaseOn(context, disk), MASTER_KEY: randomBytes(32).toString('base64') }
  const clock = serverClock(context.folder())
  const server = context.start({ DATA_DIR: data, SETUP_TOKEN: setupToken, ...database, ...clock.settings })
  const installation = await install(server)
  const calls = callsTo(await server.ready, installation)
  const observations = newObservations()
  const wrong: string[] = []
  for (let time = 0; time < times; time++) {
    const names = Array.from({ length: 4 }, (_, index) => `N${time}_${index}`)
    const load = startLoad({
      nodes: [{ calls: () => calls }],
      names,
      clients,
      random: random.fork(`${time}`),
      observations,
    })
    await pause(50 + random.below(300))
    observations.errors.clear()
    disk.fill()
    // Makes the last use of the key due for another record, which fails.
    clock.set((time + 1) * 2 * 60_000)
    wrong.push(...(await whileFull(calls, observations, names[0] ?? '')))
    await pause(random.below(300))
    disk.empty()
    if (!(await untilStored(calls))) wrong.push('No change succeeded after space was freed.')
    await load.stop()
    wrong.push(...unclear(observations))
  }
  wrong.push(...(await checkStored(calls, observations)), ...checkOrder(observations.events), ...observations.flaws)
  calls.close()
  server.kill('SIGTERM')
  await server.ended
  return { fault, times: timesLine(times, times), checked, seen: answersLine(observations), wrong }
}

/** Waits until changes fail, as they soon must, and then reads what needs no audit record. */
const whileFull = async (calls: Calls, observations: Observations, name: string): Promise<string[]> => {
  const wrong: string[] = []
  for (let attempt = 0; observations.errors.size === 0; attempt++) {
    if (attempt === 400) return ['Changes still succeeded with a full disk.']
    await pause(50)
  }
  for (const read of [calls.list('?limit=100'), calls.look(name), calls.get('/v1/session')]) {
    const answer = await read
    if (answer.kind !== 'answered' || answer.status >= 500)
      wrong.push(`With a full disk, a read was answered with ${describe(answer)}`)
  }
  return wrong
}

/** Returns every error that does not say that there is no space. */
const unclear = ({ errors }: Observations): string[] =>
  [...errors].filter((text) => !/\bfull\b/.test(text)).map((text) => `A full disk was reported as ${text}`)

/** Waits until a change succeeds again. */
const untilStored = async (calls: Calls): Promise<boolean> => {
  for (let attempt = 0; attempt < 600; attempt++) {
    const answer = await calls.delete('NEVER')
    if (answer.kind === 'answered' && answer.status === 404) return true
    await pause(50)
  }
  return false
}

/**
 * Creates a database whose tables are on the disk, while PostgreSQL's write-ahead log is elsewhere: PostgreSQL stops
 * without space for its log.
 */
const databaseOn = async (context: FaultContext, disk: SmallDisk): Promise<string> => {
  const postgres = await context.postgres()
  const folderOfTables = join(disk.folder, 'tables')
  mkdirSync(folderOfTables)
  const { uid, gid } = postgres.user
  if (uid !== undefined && gid !== undefined) {
    // PostgreSQL must be able to reach the folder and own it.
    for (const folder of [join(disk.folder, '..'), disk.folder]) chmodSync(folder, 0o755)
    chownSync(folderOfTables, uid, gid)
  }
  const admin = await postgres.database('postgres')
  await onPostgres(admin, async (client) => {
    await client.query(`create tablespace small location '${folderOfTables}'`)
    await client.query('create database full_disk tablespace small')
  })
  return postgres.database('full_disk')
}
