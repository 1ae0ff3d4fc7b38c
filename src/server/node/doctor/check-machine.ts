import { existsSync, statSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Kysely, sql } from 'kysely'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import { type Finding, ok, warn } from './finding.ts'

const second = 1000
/** Maximum difference of two synchronized clocks, in milliseconds. */
const tolerated = 5 * second

const setIt = 'Set the clock of this machine, and keep it set: systemd-timesyncd, chrony or ntpd.'

/** Compares this machine's clock with the newest audit record, and with the clock of a PostgreSQL server. */
export const checkClock = async (db: Kysely<Schema>, kind: DatabaseKind, now: () => number): Promise<Finding> => {
  const { rows } = await sql<{ newest: number | null }>`select max(at) as newest from audit`.execute(db)
  const ahead = (rows[0]?.newest ?? 0) - now()
  if (ahead > tolerated) {
    return warn('clock', `The newest record is ${seconds(ahead)} in the future: a clock was or is wrong.`, setIt)
  }
  if (kind === 'postgres') {
    const asked = now()
    const told = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db)
    const apart = Math.abs((told.rows[0]?.now.getTime() ?? asked) - asked)
    if (apart > tolerated) return warn('clock', `The database’s clock is ${seconds(apart)} away from this one.`, setIt)
  }
  return ok('clock', 'The newest record is not in the future.')
}

const seconds = (milliseconds: number): string => `${Math.round(milliseconds / second)} s`

const mebibyte = 1024 * 1024
/** Minimum free space in bytes, for some days of use. */
const leastFree = 1024 * mebibyte

/** Checks the free space next to a database file, which can double while much is written. */
export const checkDisk = async (path: string): Promise<Finding> => {
  const folder = existsSync(dirname(path)) ? dirname(path) : '.'
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  const size = existsSync(path) ? statSync(path).size : 0
  const found = `${sizeOf(free)} free in ${folder}, the database has ${sizeOf(size)}.`
  return roomFor(free, size) === 'little'
    ? warn('disk space', found, 'Make room: twice the size of the database, and 1 GiB at least.')
    : ok('disk space', found)
}

/** Returns whether the free space is enough for a database of this size, both in bytes. */
export const roomFor = (free: number, size: number): 'enough' | 'little' =>
  free < Math.max(leastFree, 2 * size) ? 'little' : 'enough'

const sizeOf = (bytes: number): string =>
  bytes < 1024 * mebibyte ? `${(bytes / mebibyte).toFixed(1)} MiB` : `${(bytes / mebibyte / 1024).toFixed(1)} GiB`
