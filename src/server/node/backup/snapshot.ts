import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { type Kysely, sql } from 'kysely'
import { AdminError } from '#server/node/admin/admin-command.ts'
import { connectTo, type DatabaseLocation, urlForReading } from '#server/node/database/open-database.ts'
import { postgresDialect } from '#server/node/postgres/postgres-dialect.ts'
import { knowsMigration } from '#server/store/db/migrations.ts'
import type { Schema } from '#server/store/db/schema.ts'
import { connect } from '#server/store/db/transactions.ts'
import { readKeyCheck } from '#server/store/keys/installation.ts'
import { type Table, tablesAtMigration } from './backup-tables.ts'
import { type ReadRows, readPostgresRows, readSqliteRows, removeTimeLimits } from './read-rows.ts'

/** A consistent view of a database while others write to it. */
export type Snapshot = {
  /** For other queries on the same snapshot. */
  db: Kysely<Schema>
  /** The last migration of the database, and the tables that it has after it. */
  migration: string
  tables: readonly Table[]
  keyCheck: Uint8Array
  rows: ReadRows
}

type Use<Result> = (snapshot: Snapshot) => Promise<Result>

/**
 * Opens a snapshot on a connection of its own while `use` runs, and writes nothing. With `untouched`, the folder of a
 * SQLite file is not changed either; normally, reading creates the files that servers share. A server that starts
 * meanwhile may then change the file during the read.
 */
export const withSnapshot = <Result>(
  location: DatabaseLocation,
  use: Use<Result>,
  { untouched = false } = {},
): Promise<Result> =>
  location.kind === 'sqlite' ? sqliteSnapshot(location.path, use, untouched) : postgresSnapshot(location, use)

const sqliteSnapshot = async <Result>(path: string, use: Use<Result>, untouched: boolean): Promise<Result> => {
  if (!existsSync(path)) throw noDatabase()
  const database = new DatabaseSync(untouched ? urlForReading(path) : path, { timeout: 5000, readOnly: true })
  const db = connectTo(database)
  try {
    database.exec('pragma trusted_schema = off; begin')
    return await use({ db, ...(await readState(db)), rows: readSqliteRows(db, database) })
  } finally {
    await db.destroy()
  }
}

const postgresSnapshot = async <Result>(location: { url: string }, use: Use<Result>): Promise<Result> => {
  const db = connect(postgresDialect(location.url, { size: 1, unlimited: true }))
  try {
    const reading = db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only')
    return await reading.execute(async (trx) => {
      await removeTimeLimits(trx)
      return use({ db: trx, ...(await readState(trx)), rows: readPostgresRows(trx) })
    })
  } finally {
    await db.destroy()
  }
}

/** Reads the state of a database. This is the first read, which starts the snapshot. */
const readState = async (db: Kysely<Schema>): Promise<Pick<Snapshot, 'migration' | 'tables' | 'keyCheck'>> => {
  const keyCheck = await readKeyCheck(db)
  if (!keyCheck) throw noDatabase()
  const migration = await lastMigrationName(db)
  if (!knowsMigration(migration)) {
    throw new AdminError(
      'A newer version of Gradient Secrets has changed this database. Nothing was done. Use that version’s commands.',
    )
  }
  return { keyCheck, migration, tables: await tablesAtMigration(migration) }
}

/** Returns the name of a database's last migration; empty when it has none. */
export const lastMigrationName = async (db: Kysely<Schema>): Promise<string> => {
  const { rows } = await sql<{ name: string | null }>`select max(name) as name from kysely_migration`.execute(db)
  return rows[0]?.name ?? ''
}

const noDatabase = () =>
  new AdminError('There is no database with anything in it. Set DATA_DIR or DATABASE_URL as the server has them.')
