import { readdirSync, readFileSync } from 'node:fs'
import pg from 'pg'
import { residentBytes } from '../processes.ts'

/** Hundredths of a second, which the kernel counts in on every platform that Node runs on. */
const ticksPerSecond = 100

/** The fields of a process's line in `/proc` after its name, which may have anything in it. */
const statOf = (pid: number): string[] => {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
  return text.slice(text.lastIndexOf(')') + 2).split(' ')
}

const ticks = (fields: readonly string[], from: number, to: number): number =>
  fields.slice(from, to).reduce((sum, field) => sum + Number(field), 0)

const parentOf = (pid: number): number => Number(statOf(pid)[1])

/** Seconds of processor time that processes have taken, user and system. Linux only. */
export const processorSeconds = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => sum + ticks(statOf(pid), 11, 13), 0) / ticksPerSecond

/** Seconds of processor time of a process with all that it has started, also those that have ended. */
export const familySeconds = (pid: number): number => {
  const own = ticks(statOf(pid), 11, 15) / ticksPerSecond
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((child) => child !== pid && quietly(() => parentOf(child)) === pid)
  return children.reduce((sum, child) => sum + (quietly(() => processorSeconds([child])) ?? 0), own)
}

/** A process may end while it is looked at. */
const quietly = <T>(look: () => T): T | undefined => {
  try {
    return look()
  } catch {
    return undefined
  }
}

/** The process that all of a PostgreSQL server's processes come from. */
export const postmasterOf = async (url: string): Promise<number> => {
  const client = new pg.Client(url)
  await client.connect()
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  const postmaster = parentOf(rows[0]?.pid ?? 0)
  await client.end()
  return postmaster
}

export const megabytes = (bytes: number): number => bytes / 1_000_000

/** The largest memory of some processes, in bytes. */
export const largestMemory = (pids: readonly number[]): number => Math.max(...pids.map(residentBytes))
