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

/** A database at one moment, while others go on writing to it. */
export type Snapshot = {
  /** For statements of one's own at the same moment. */
  db: Kysely<Schema>
  /** The last migration that it has had, and the tables that it has since then. */
  migration: string
  tables: readonly Table[]
  keyCheck: Uint8Array
  rows: ReadRows
}

type Use<Result> = (snapshot: Snapshot) => Promise<Result>

/**
 * Holds the database at one moment for as long as `use` takes, on a connection of its own, and writes nothing to it.
 * `untouched` leaves also the folder of a SQLite file alone, where reading else makes the files that servers share; a
 * server that is started meanwhile may then change the file under what is read.
 */
export const withSnapshot = <Result>(
  location: DatabaseLocation,
  use: Use<Result>,
  { untouched = false } = {},
): Promise<Result> => (location.kind === 'sqlite' ? ofSqlite(location.path, use, untouched) : ofPostgres(location, use))

const ofSqlite = async <Result>(path: string, use: Use<Result>, untouched: boolean): Promise<Result> => {
  if (!existsSync(path)) throw missing()
  const database = new DatabaseSync(untouched ? urlForReading(path) : path, { timeout: 5000, readOnly: true })
  const db = connectTo(database)
  try {
    database.exec('pragma trusted_schema = off; begin')
    return await use({ db, ...(await stateOf(db)), rows: readSqliteRows(db, database) })
  } finally {
    await db.destroy()
  }
}

const ofPostgres = async <Result>(location: { url: string }, use: Use<Result>): Promise<Result> => {
  const db = connect(postgresDialect(location.url, { size: 1, unlimited: true }))
  try {
    const reading = db.transaction().setIsolationLevel('repeatable read').setAccessMode('read only')
    return await reading.execute(async (trx) => {
      await removeTimeLimits(trx)
      return use({ db: trx, ...(await stateOf(trx)), rows: readPostgresRows(trx) })
    })
  } finally {
    await db.destroy()
  }
}

/** Being the first to read, it is also what fixes the moment. */
const stateOf = async (db: Kysely<Schema>): Promise<Pick<Snapshot, 'migration' | 'tables' | 'keyCheck'>> => {
  const keyCheck = await readKeyCheck(db)
  if (!keyCheck) throw missing()
  const migration = await lastMigrationName(db)
  if (!knowsMigration(migration)) {
    throw new AdminError(
      'A newer version of Gradient Secrets has changed this database. Nothing was done. Use that version’s commands.',
    )
  }
  return { keyCheck, migration, tables: await tablesAtMigration(migration) }
}

/** The name of the last migration that a database has had; empty when it has had none. */
export const lastMigrationName = async (db: Kysely<Schema>): Promise<string> => {
  const { rows } = await sql<{ name: string | null }>`select max(name) as name from kysely_migration`.execute(db)
  return rows[0]?.name ?? ''
}

const missing = () =>
  new AdminError('There is no database with anything in it. Set DATA_DIR or DATABASE_URL as the server has them.')
