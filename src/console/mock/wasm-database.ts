import sqlite3InitModule from '@sqlite.org/sqlite-wasm'
import { SqliteDialect } from 'kysely'
import type { SqliteDriver } from '#server/store/db/sqlite-dialect.ts'
import { sqliteDatabase } from '#server/store/db/sqlite-dialect.ts'

/** Returns a Kysely dialect over SQLite in WebAssembly, so that the mock runs the product's own store. */
export const inMemoryDialect = async (): Promise<SqliteDialect> => {
  const sqlite3 = await sqlite3InitModule()
  const database = new sqlite3.oo1.DB(':memory:')
  database.exec('pragma foreign_keys = on')

  const driver: SqliteDriver = {
    prepare: (sql) => {
      const statement = database.prepare(sql)
      const bind = (parameters: readonly unknown[]) => {
        statement.reset(true)
        if (parameters.length > 0) statement.bind(parameters as never)
      }
      const all = (parameters: readonly unknown[]) => {
        bind(parameters)
        const rows: unknown[] = []
        while (statement.step()) rows.push(statement.get({}))
        statement.reset()
        return rows
      }
      return {
        reader: statement.columnCount > 0,
        all,
        run: (parameters) => {
          all(parameters)
          return { changes: database.changes(), lastInsertRowid: 0 }
        },
        iterate: (parameters) => all(parameters)[Symbol.iterator](),
      }
    },
    close: () => database.close(),
  }
  return new SqliteDialect({ database: sqliteDatabase(driver) })
}
