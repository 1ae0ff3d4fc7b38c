import { readdirSync, readFileSync } from 'node:fs'
import pg from 'pg'
import { residentBytes } from '../processes.ts'

/** The kernel counts processor time in hundredths of a second on every platform that Node supports. */
const ticksPerSecond = 100

/** Returns the fields of a process's line in `/proc` after its name, which may contain any character. */
const statOf = (pid: number): string[] => {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return text.slice(text.lastIndexOf(')') + 2).split(' ')
}

const ticks = (fields: readonly string[], from: number, to: number): number =>
  fields.slice(from, to).reduce((sum, field) => sum + Number(field), 0)

const parentOf = (pid: number): number => Number(statOf(pid)[1])

/** Returns the seconds of processor time of processes, user and system. Linux only. */
export const processorSeconds = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => sum + ticks(statOf(pid), 11, 13), 0) / ticksPerSecond

/** Returns the seconds of processor time of a process and all its descendants, including ended ones. */
export const familySeconds = (pid: number): number => {
  const own = ticks(statOf(pid), 11, 15) / ticksPerSecond
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((child) => child !== pid && orUndefined(() => parentOf(child)) === pid)
  return children.reduce((sum, child) => sum + (orUndefined(() => processorSeconds([child])) ?? 0), own)
}

/** Returns `undefined` when a process ends while it is read. */
const orUndefined = <T>(look: () => T): T | undefined => {
  try {
    return look()
  } catch {
    return undefined
  }
}

/** Finds the parent of all processes of a PostgreSQL server. */
export const postmasterOf = async (url: string): Promise<number> => {
  const client = new pg.Client(url)
  await client.connect()
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  const postmaster = parentOf(rows[0]?.pid ?? 0)
  await client.end()
  return postmaster
}

export const megabytes = (bytes: number): number => bytes / 1_000_000

/** Returns the largest memory of the given processes, in bytes. */
export const largestMemory = (pids: readonly number[]): number => Math.max(...pids.map(residentBytes))
