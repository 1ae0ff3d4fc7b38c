import { type Kysely, sql } from 'kysely'
import type { DatabaseKind, Schema } from './schema.ts'

/**
 * Returns a function that removes deleted data from the files of the database. SQLite overwrites it in the main file
 * (`secure_delete`), but its write-ahead log still has the old pages. This empties the log, unless a reader such as a
 * backup uses it: it does not wait for readers. PostgreSQL removes deleted data from its files with its own vacuum.
 */
export const eraser = (db: Kysely<Schema>, kind: DatabaseKind) => async (): Promise<void> => {
  if (kind !== 'sqlite') return
  await db.connection().execute(async (connection) => {
    const { rows } = await sql<{ timeout: number }>`pragma busy_timeout`.execute(connection)
    await sql`pragma busy_timeout = 0`.execute(connection)
    await sql`pragma wal_checkpoint(truncate)`.execute(connection)
    await sql`pragma busy_timeout = ${sql.raw(`${rows[0]?.timeout ?? 0}`)}`.execute(connection)
  })
}
