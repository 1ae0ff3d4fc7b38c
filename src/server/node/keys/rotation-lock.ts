import { DatabaseSync } from 'node:sqlite'
import type { DatabaseLocation } from '#server/node/database/open-database.ts'

/** Thrown when another process rotates keys of the same database. */
export class RotationInProgress extends Error {
  override readonly name = 'RotationInProgress'
  constructor() {
    super(
      'Another rotation of keys is under way on this database. Nothing was done. Wait for it to end, then run this again.',
    )
  }
}

/**
 * Runs `work` while no other process rotates keys of this database. Throws {@link RotationInProgress} when one does.
 * The operating system or the database releases the lock when this process ends.
 */
export const withRotationLock = <Done>(location: DatabaseLocation, work: () => Promise<Done>): Promise<Done> =>
  location.kind === 'sqlite' ? withFileLock(`${location.path}.rotation`, work) : withAdvisoryLock(location.url, work)

/** SQLite's SQLITE_BUSY. */
const busy = 5

/** Locks an empty database of its own: a lock on the database with the secrets would block servers that write. */
const withFileLock = async <Done>(path: string, work: () => Promise<Done>): Promise<Done> => {
  const file = new DatabaseSync(path)
  try {
    try {
      file.exec('begin exclusive')
    } catch (error) {
      throw error instanceof Error && 'errcode' in error && error.errcode === busy ? new RotationInProgress() : error
    }
    return await work()
  } finally {
    file.close()
  }
}

/** An arbitrary 63-bit number that identifies this lock. */
const lock = '7310593858020254331'

const withAdvisoryLock = async <Done>(url: string, work: () => Promise<Done>): Promise<Done> => {
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000, keepAlive: true })
  // A lost connection shows when the work under the lock fails.
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query<{ taken: boolean }>(`select pg_try_advisory_lock(${lock}) as taken`)
    if (!rows[0]?.taken) throw new RotationInProgress()
    return await work()
  } finally {
    await client.end().catch(() => undefined)
  }
}
