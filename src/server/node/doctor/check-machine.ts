import { existsSync, statSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Kysely, sql } from 'kysely'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import { type Finding, ok, warn } from './finding.ts'

const second = 1000
/** Maximum difference of two synchronized clocks, in milliseconds. */
const maxClockDifference = 5 * second

const clockAdvice = 'Set the clock of this machine, and keep it set: systemd-timesyncd, chrony or ntpd.'

/** Compares this machine's clock with the newest audit record, and with the clock of a PostgreSQL server. */
export const checkClock = async (db: Kysely<Schema>, kind: DatabaseKind, now: () => number): Promise<Finding> => {
  const { rows } = await sql<{ newest: number | null }>`select max(at) as newest from audit`.execute(db)
  const ahead = (rows[0]?.newest ?? 0) - now()
  if (ahead > maxClockDifference) {
    return warn(
      'clock',
      `The newest record is ${formatSeconds(ahead)} in the future: a clock was or is wrong.`,
      clockAdvice,
    )
  }
  if (kind === 'postgres') {
    const asked = now()
    const answer = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db)
    const difference = Math.abs((answer.rows[0]?.now.getTime() ?? asked) - asked)
    if (difference > maxClockDifference)
      return warn('clock', `The database’s clock is ${formatSeconds(difference)} away from this one.`, clockAdvice)
  }
  return ok('clock', 'The newest record is not in the future.')
}

const formatSeconds = (milliseconds: number): string => `${Math.round(milliseconds / second)} s`

const mebibyte = 1024 * 1024
/** Minimum free space in bytes, for some days of use. */
const minFreeBytes = 1024 * mebibyte

/** Checks the free space next to a database file, which can double while much is written. */
export const checkDisk = async (path: string): Promise<Finding> => {
  const folder = existsSync(dirname(path)) ? dirname(path) : '.'
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  const size = existsSync(path) ? statSync(path).size : 0
  const found = `${formatSize(free)} free in ${folder}, the database has ${formatSize(size)}.`
  return roomFor(free, size) === 'little'
    ? warn('disk space', found, 'Make room: twice the size of the database, and 1 GiB at least.')
    : ok('disk space', found)
}

/** Returns whether the free space is enough for a database of this size, both in bytes. */
export const roomFor = (free: number, size: number): 'enough' | 'little' =>
  free < Math.max(minFreeBytes, 2 * size) ? 'little' : 'enough'

const formatSize = (bytes: number): string =>
  bytes < 1024 * mebibyte ? `${(bytes / mebibyte).toFixed(1)} MiB` : `${(bytes / mebibyte / 1024).toFixed(1)} GiB`
