import { chmodSync, mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { AdminError } from '#server/node/admin/admin-command.ts'
import type { Progress } from '#server/node/admin/progress-bar.ts'
import type { Config } from '#server/node/config.ts'
import { connectTo, type DatabaseLocation, openReadOnly } from '#server/node/database/open-database.ts'
import { requireVault } from '#server/node/keys/master-key.ts'
import { postgresDialect } from '#server/node/postgres/postgres-dialect.ts'
import { connect } from '#server/store/db/transactions.ts'
import { fillDatabase, type RestoreTarget } from './fill-database.ts'
import { openBackupFile, readBackupHeader } from './read-backup.ts'
import { readPostgresRows, readSqliteRows, removeTimeLimits } from './read-rows.ts'
import { dropEmptyTables, requireEmptyDatabase } from './require-empty-database.ts'
import { VerificationError } from './verification-error.ts'
import type { VerifiedCounts } from './verify-database.ts'
import { postgresSink, sqliteSink } from './write-rows.ts'

/** What was restored, and when its backup was made. */
type RestoredBackup = VerifiedCounts & { madeAt: string }

/**
 * Restores a backup into an empty database of either kind, in one transaction, and verifies it before the commit. After
 * any failure the database is still empty. Throws {@link AdminError}.
 */
export const restoreBackup = async (
  { database, masterKey }: Pick<Config, 'database' | 'masterKey'>,
  file: string,
  { progress = () => undefined }: { progress?: Progress } = {},
): Promise<RestoredBackup> => {
  const path = resolve(file)
  const vault = await requireVault(masterKey)
  const { madeAt } = await readBackupHeader(path, vault)
  const existing = openReadOnly(database)
  if (existing) {
    try {
      await requireEmptyDatabase(existing, database.kind)
    } finally {
      await existing.destroy()
    }
  }
  try {
    const verified = await inTransaction(database, async (target) => {
      // Checked again inside the transaction.
      await requireEmptyDatabase(target.db, target.kind)
      await dropEmptyTables(target.db, target.kind)
      return fillDatabase(openBackupFile(path), target, { vault, progress })
    })
    return { ...verified, madeAt }
  } catch (error) {
    if (!(error instanceof VerificationError)) throw error
    throw new AdminError(`The backup does not verify. ${error.message} Nothing was restored. Take another backup.`)
  }
}

const inTransaction = <Result>(
  location: DatabaseLocation,
  use: (target: RestoreTarget) => Promise<Result>,
): Promise<Result> => (location.kind === 'sqlite' ? inSqlite(location.path, use) : inPostgres(location, use))

const inSqlite = async <Result>(path: string, use: (target: RestoreTarget) => Promise<Result>): Promise<Result> => {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const database = new DatabaseSync(path, { timeout: 5000, enableForeignKeyConstraints: true })
  const db = connectTo(database)
  try {
    chmodSync(path, 0o600)
    // The same modes as a server uses. With a write-ahead log, uncommitted data is never in the database file.
    database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma trusted_schema = off')
    database.exec('pragma cache_size = -65536; begin immediate')
    const result = await use({
      db,
      kind: 'sqlite',
      receiver: sqliteSink(db, database),
      rows: readSqliteRows(db, database),
    })
    database.exec('commit')
    return result
  } finally {
    // Closing rolls back an open transaction.
    await db.destroy()
  }
}

const inPostgres = async <Result>(
  location: { url: string },
  use: (target: RestoreTarget) => Promise<Result>,
): Promise<Result> => {
  const db = connect(postgresDialect(location.url, { size: 1, unlimited: true }))
  try {
    return await db.transaction().execute(async (trx) => {
      await removeTimeLimits(trx)
      return use({ db: trx, kind: 'postgres', receiver: postgresSink(trx), rows: readPostgresRows(trx) })
    })
  } finally {
    await db.destroy()
  }
}
