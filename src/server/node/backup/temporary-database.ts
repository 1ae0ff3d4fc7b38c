import { DatabaseSync } from 'node:sqlite'
import { connectTo } from '#server/node/database/open-database.ts'
import type { Target } from './fill-empty-database.ts'
import { sqliteReceiver } from './row-receivers.ts'
import { sqliteRows } from './row-values.ts'

/**
 * An empty SQLite database for as long as `use` takes. What does not fit into 64 MB of memory is in a file in `folder`
 * that has no name: SQLite deletes it as it is made, so that nothing is left whatever ends this process.
 */
export const withTemporaryDatabase = async <Result>(
  folder: string,
  use: (target: Target) => Promise<Result>,
): Promise<Result> => {
  process.env.SQLITE_TMPDIR = folder
  const database = new DatabaseSync('')
  const db = connectTo(database)
  try {
    database.exec('pragma journal_mode = off; pragma synchronous = off; pragma foreign_keys = off')
    database.exec('pragma trusted_schema = off; pragma cache_size = -16384; begin')
    return await use({ db, kind: 'sqlite', receiver: sqliteReceiver(db, database), rows: sqliteRows(db, database) })
  } finally {
    await db.destroy()
  }
}
