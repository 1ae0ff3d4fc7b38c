import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { checkOrder, checkStored } from './check.ts'
import { type Calls, callsTo, install, setupToken } from './installation.ts'
import { answersLine, type Notes, newNotes, startLoad } from './load.ts'
import { describe } from './outcomes.ts'
import { onPostgres } from './postgres-connections.ts'
import type { Row } from './report.ts'
import { clockIn } from './set-clock.ts'
import { mountSmallDisk, type SmallDisk } from './small-disk.ts'
import type { Surroundings } from './surroundings.ts'
import { timesLine } from './time-limit.ts'

const clients = 6
const checked =
  'changes fail with 503 in words; names are still read; after room was made, all goes on without a restart; the trail, the list, an order of all'

/** Fills the disk below the database while clients are at work, and empties it again. */
export const diskFull = async (surroundings: Surroundings, times: number): Promise<Row[]> => {
  const rows: Row[] = []
  for (const kind of ['sqlite', 'postgres'] as const) {
    const fault = `the disk of ${kind === 'sqlite' ? 'SQLite' : 'PostgreSQL’s tables'} is full`
    const disk = mountSmallDisk(surroundings, kind === 'sqlite' ? 32 : 48)
    if (disk) rows.push(await fillAndEmpty(surroundings, { kind, fault, disk, times }))
    else
      rows.push({
        fault,
        times: '0 times',
        checked,
        seen: 'not done: mounting a small disk takes root on Linux',
        wrong: [],
      })
  }
  return rows
}

type Filling = { kind: 'sqlite' | 'postgres'; fault: string; disk: SmallDisk; times: number }

const fillAndEmpty = async (surroundings: Surroundings, { kind, fault, disk, times }: Filling): Promise<Row> => {
  const random = surroundings.random.fork(fault)
  const data = kind === 'sqlite' ? join(disk.folder, 'data') : join(surroundings.folder(), 'data')
  const database =
    kind === 'sqlite'
      ? {}
      : { DATABASE_URL: await databaseOn(surroundings, disk), MASTER_KEY: randomBytes(32).toString('base64') }
  const clock = clockIn(surroundings.folder())
  const server = surroundings.start({ DATA_DIR: data, SETUP_TOKEN: setupToken, ...database, ...clock.settings })
  const installation = await install(server)
  const calls = callsTo(await server.ready, installation)
  const notes = newNotes()
  const wrong: string[] = []
  for (let time = 0; time < times; time++) {
    const names = Array.from({ length: 4 }, (_, index) => `N${time}_${index}`)
    const load = startLoad({ nodes: [{ calls: () => calls }], names, clients, random: random.fork(`${time}`), notes })
    await pause(50 + random.below(300))
    notes.errors.clear()
    disk.fill()
    // So that the use of the key is due to be noted again, which fails.
    clock.set((time + 1) * 2 * 60_000)
    wrong.push(...(await whileFull(calls, notes, names[0] ?? '')))
    await pause(random.below(300))
    disk.empty()
    if (!(await untilStored(calls))) wrong.push('No change was taken after room had been made.')
    await load.stop()
    wrong.push(...unclear(notes))
  }
  wrong.push(...(await checkStored(calls, notes)), ...checkOrder(notes.events), ...notes.flaws)
  calls.close()
  server.kill('SIGTERM')
  await server.ended
  return { fault, times: timesLine(times, times), checked, seen: answersLine(notes), wrong }
}

/** Waits until changes fail, as they have to soon, and reads what can be read without a record of it. */
const whileFull = async (calls: Calls, notes: Notes, name: string): Promise<string[]> => {
  const wrong: string[] = []
  for (let attempt = 0; notes.errors.size === 0; attempt++) {
    if (attempt === 400) return ['The disk was full, and changes were still taken.']
    await pause(50)
  }
  for (const read of [calls.list('?limit=100'), calls.look(name), calls.get('/v1/session')]) {
    const answer = await read
    if (answer.kind !== 'answered' || answer.status >= 500)
      wrong.push(`With a full disk, a read was answered ${describe(answer)}`)
  }
  return wrong
}

/** Every error that says something else than that there is no room. */
const unclear = ({ errors }: Notes): string[] =>
  [...errors].filter((text) => !/\bfull\b/.test(text)).map((text) => `A full disk was told as ${text}`)

/** Waits until a change is taken again. */
const untilStored = async (calls: Calls): Promise<boolean> => {
  for (let attempt = 0; attempt < 600; attempt++) {
    const answer = await calls.delete('NEVER')
    if (answer.kind === 'answered' && answer.status === 404) return true
    await pause(50)
  }
  return false
}

/** A database whose tables are on the disk, while PostgreSQL’s own log is elsewhere: without room for that, it ends. */
const databaseOn = async (surroundings: Surroundings, disk: SmallDisk): Promise<string> => {
  const postgres = await surroundings.postgres()
  const place = join(disk.folder, 'tables')
  mkdirSync(place)
  const { uid, gid } = postgres.user
  if (uid !== undefined && gid !== undefined) {
    // It has to reach the place, and to own it.
    for (const folder of [join(disk.folder, '..'), disk.folder]) chmodSync(folder, 0o755)
    chownSync(place, uid, gid)
  }
  const admin = await postgres.database('postgres')
  await onPostgres(admin, async (client) => {
    await client.query(`create tablespace small location '${place}'`)
    await client.query('create database full_disk tablespace small')
  })
  return postgres.database('full_disk')
}
