import type { SqliteDatabase, SqliteStatement } from 'kysely'

/** What a driver of SQLite has to offer to be put behind the store: prepared statements and one connection. */
export type SqliteDriver = {
  prepare(sql: string): SqliteStatement
  /** Whether a transaction is open, where the driver can tell. */
  inTransaction?(): boolean
  close(): void
}

/** How many statements stay prepared. The store has fewer shapes of statements than this, save for lists of names. */
const keptStatements = 200

/**
 * Puts a SQLite driver behind Kysely. Statements are prepared once, and a transaction takes the write lock at its
 * begin: one that starts by reading cannot then fail for want of the lock.
 */
export const sqliteDatabase = (driver: SqliteDriver): SqliteDatabase => {
  const prepared = new Map<string, SqliteStatement>()
  return {
    prepare: (sql) => {
      const known = prepared.get(sql)
      if (known) return known
      const statement =
        sql === 'rollback' ? rollbackOf(driver) : driver.prepare(sql === 'begin' ? 'begin immediate' : sql)
      if (prepared.size >= keptStatements) {
        const [oldest] = prepared.keys()
        if (oldest !== undefined) prepared.delete(oldest)
      }
      prepared.set(sql, statement)
      return statement
    },
    close: () => driver.close(),
  }
}

/** SQLite undoes a transaction itself when the disk is full, and then knows of none to undo: no reason for another error. */
const rollbackOf = (driver: SqliteDriver): SqliteStatement => {
  const statement = driver.prepare('rollback')
  return {
    reader: false,
    all: (parameters) => statement.all(parameters),
    run: (parameters) =>
      driver.inTransaction?.() === false ? { changes: 0, lastInsertRowid: 0 } : statement.run(parameters),
    iterate: (parameters) => statement.iterate(parameters),
  }
}
