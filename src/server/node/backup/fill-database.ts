import { DatabaseSync } from 'node:sqlite'
import type { Readable } from 'node:stream'
import type { Kysely } from 'kysely'
import type { Vault } from '#server/crypto/vault.ts'
import type { Progress } from '#server/node/admin/progress-bar.ts'
import { connectTo } from '#server/node/database/open-database.ts'
import { migrate } from '#server/store/db/migrations.ts'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import type { RowCounts } from './backup-format.ts'
import { tablesAtMigration } from './backup-tables.ts'
import { type RowSink, readBackup } from './read-backup.ts'
import { countRows, type ReadRows, readSqliteRows } from './read-rows.ts'
import { VerificationError } from './verification-error.ts'
import { type VerifiedCounts, verifyDatabase } from './verify-database.ts'
import { sqliteSink } from './write-rows.ts'

/** An empty database inside the transaction that fills it. */
export type RestoreTarget = { db: Kysely<Schema>; kind: DatabaseKind; receiver: RowSink; rows: ReadRows }

type Given = {
  vault: Vault
  progress: Progress
  /** About how many rows there will be, for the progress. */
  of?: number
  /** Resolves with the expected row counts. Called after all rows are read. */
  expected?: () => Promise<RowCounts>
}

/**
 * Restores a backup into an empty database, migrates it to the current schema and verifies it. The caller rolls back
 * when this throws.
 */
export const fillDatabase = async (
  packed: Readable,
  target: RestoreTarget,
  { vault, progress, of, expected }: Given,
): Promise<VerifiedCounts> => {
  const { db, kind, receiver } = target
  let migration = ''
  const begin = (to: string): Promise<void> => {
    migration = to
    return receiver.begin(to)
  }
  const read = await readBackup(packed, {
    vault,
    receiver: { ...receiver, begin },
    progress: (done) => progress('Restoring', done, of),
  })
  const stored = await countRows(db, await tablesAtMigration(migration))
  for (const [table, count] of Object.entries((await expected?.()) ?? read)) {
    if (read[table] === count && stored[table] === count) continue
    throw new VerificationError(`The table “${table}” should have ${count} rows, and has ${stored[table] ?? 0}.`)
  }
  await migrate(db, kind)
  return verifyDatabase({ ...target, vault, progress: (done, of) => progress('Verifying', done, of) })
}

/**
 * Opens an empty SQLite database while `use` runs. Up to 64 MB stay in memory, the rest is in an unnamed file in
 * `folder`. SQLite unlinks that file when it creates it, so it never outlives this process.
 */
export const withTemporaryDatabase = async <Result>(
  folder: string,
  use: (target: RestoreTarget) => Promise<Result>,
): Promise<Result> => {
  process.env.SQLITE_TMPDIR = folder
  const database = new DatabaseSync('')
  const db = connectTo(database)
  try {
    database.exec('pragma journal_mode = off; pragma synchronous = off; pragma foreign_keys = off')
    database.exec('pragma trusted_schema = off; pragma cache_size = -16384; begin')
    return await use({ db, kind: 'sqlite', receiver: sqliteSink(db, database), rows: readSqliteRows(db, database) })
  } finally {
    await db.destroy()
  }
}
