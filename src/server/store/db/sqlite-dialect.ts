import type { SqliteDatabase, SqliteStatement } from 'kysely'

/** What the store needs of a SQLite driver: prepared statements on one connection. */
export type SqliteDriver = {
  prepare(sql: string): SqliteStatement
  /** Whether a transaction is open, if the driver knows. */
  inTransaction?(): boolean
  close(): void
}

/** The maximum number of prepared statements. The store has fewer, apart from lists of names. */
const keptStatements = 200

/**
 * Adapts a SQLite driver to Kysely. Prepares statements once. A transaction takes the write lock at its begin, so one that
 * starts with a read cannot fail later because another has the lock.
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

/** When the disk is full, SQLite rolls back by itself. The rollback that follows must then not fail. */
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
