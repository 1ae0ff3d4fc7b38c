import { DatabaseSync } from 'node:sqlite'
import type { DatabaseLocation } from '#server/node/database/open-database.ts'

/** Another process rotates keys of the same database. */
export class RotationInProgress extends Error {
  override readonly name = 'RotationInProgress'
  constructor() {
    super(
      'Another rotation of keys is under way on this database. Nothing was done. Wait for it to end, then run this again.',
    )
  }
}

/**
 * Does something while no other process rotates keys of this database; throws {@link RotationInProgress} when one does.
 * The lock is the system's or the database's: it goes with this process, however that ends.
 */
export const withRotationLock = <Done>(location: DatabaseLocation, work: () => Promise<Done>): Promise<Done> =>
  location.kind === 'sqlite' ? besideFile(`${location.path}.rotation`, work) : onPostgres(location.url, work)

/** SQLite's SQLITE_BUSY. */
const busy = 5

/** An empty database of its own: a lock on the one with the secrets would keep servers from writing. */
const besideFile = async <Done>(path: string, work: () => Promise<Done>): Promise<Done> => {
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

/** Any number that nobody else takes, of 63 bits. */
const lock = '7310593858020254331'

const onPostgres = async <Done>(url: string, work: () => Promise<Done>): Promise<Done> => {
  const { default: pg } = await import('pg')
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5000, keepAlive: true })
  // A lost connection is found out by what is done under the lock.
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
