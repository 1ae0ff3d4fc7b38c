import { type Kysely, sql } from 'kysely'
import type { DatabaseKind, Schema } from './schema.ts'

/**
 * Makes sure that what was deleted is in no file of the database any more. SQLite overwrites it in the database's file
 * (`secure_delete`), but its log still has the pages as they were: this empties the log, unless somebody is reading by
 * it, such as a backup, which it does not wait for. PostgreSQL takes what is deleted out of its files in its own time.
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
