import { existsSync, statSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Finding, ok, warn } from './finding.ts'

const mebibyte = 1024 * 1024
/** Below this, in bytes, a server has too little for some days of use. */
const leastFree = 1024 * mebibyte

/** Looks how much room there is beside a database file, which takes its own size again while much is written. */
export const lookAtDisk = async (path: string): Promise<Finding> => {
  const folder = existsSync(dirname(path)) ? dirname(path) : '.'
  const { bavail, bsize } = await statfs(folder)
  const free = bavail * bsize
  const size = existsSync(path) ? statSync(path).size : 0
  const found = `${sizeOf(free)} free in ${folder}, the database has ${sizeOf(size)}.`
  return roomFor(free, size) === 'little'
    ? warn('disk space', found, 'Make room: twice the size of the database, and 1 GiB at least.')
    : ok('disk space', found)
}

/** Whether so many bytes are enough for a database of this size. */
export const roomFor = (free: number, size: number): 'enough' | 'little' =>
  free < Math.max(leastFree, 2 * size) ? 'little' : 'enough'

const sizeOf = (bytes: number): string =>
  bytes < 1024 * mebibyte ? `${(bytes / mebibyte).toFixed(1)} MiB` : `${(bytes / mebibyte / 1024).toFixed(1)} GiB`
