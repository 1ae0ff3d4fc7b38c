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

/** An empty database, in the transaction that all of it is put into. */
export type RestoreTarget = { db: Kysely<Schema>; kind: DatabaseKind; receiver: RowSink; rows: ReadRows }

type Given = {
  vault: Vault
  progress: Progress
  /** About how many rows there will be, to show how far it is. */
  of?: number
  /** How many there are to be, which is asked once all are read. */
  expected?: () => Promise<RowCounts>
}

/**
 * Puts a backup into an empty database, brings it to the current form and verifies it. The caller takes everything back
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
 * An empty SQLite database for as long as `use` takes. What does not fit into 64 MB of memory is in a file in `folder`
 * that has no name: SQLite deletes it as it is made, so that nothing is left whatever ends this process.
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
