import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { CompiledQuery, type Kysely } from 'kysely'
import { AdminError } from '#server/node/admin/admin-command.ts'
import { migrate } from '#server/store/db/migrations.ts'
import type { Schema } from '#server/store/db/schema.ts'
import type { Table } from './backup-tables.ts'
import type { RowSink } from './read-backup.ts'
import type { Row } from './read-rows.ts'

/** Creates a sink for an empty SQLite database, within the caller's transaction. */
export const sqliteSink = (db: Kysely<Schema>, database: DatabaseSync): RowSink => {
  const inserts = new Map<string, StatementSync>()
  let indexes: string[] = []
  return {
    begin: async (migration) => {
      await migrate(db, 'sqlite', migration)
      indexes = dropIndexes(database)
    },
    end: async () => {
      for (const index of indexes) database.exec(index)
    },
    insert: async (table, rows) => {
      for (let first = 0; first < rows.length; first += rowsPerInsert) {
        const some = rows.slice(first, first + rowsPerInsert)
        const key = `${some.length} ${table.name}`
        const insert = inserts.get(key) ?? database.prepare(insertInto(table, some.length, () => '?'))
        inserts.set(key, insert)
        insert.run(...some.flat())
      }
    },
  }
}

/** Rows per statement: this halves the time of single inserts, and more rows gain nothing. */
const rowsPerInsert = 50

/**
 * Drops the indexes and returns the statements that recreate them: building an index once is faster than updating it.
 */
const dropIndexes = (database: DatabaseSync): string[] => {
  const indexes = database.prepare(`select name, sql from sqlite_schema where type = 'index' and sql is not null`).all()
  for (const { name } of indexes) database.exec(`drop index "${name}"`)
  return indexes.map(({ sql }) => String(sql))
}

/**
 * Creates a sink for an empty PostgreSQL database, within a transaction. PostgreSQL converts the portable text values.
 */
export const postgresSink = (trx: Kysely<Schema>): RowSink => ({
  begin: (migration) => migrate(trx, 'postgres', migration),
  end: async () => undefined,
  insert: async (table, rows) => {
    refuseNul(table, rows)
    const text = insertInto(table, rows.length, (index) => `$${index + 1}`)
    await trx.executeQuery(CompiledQuery.raw(text, rows.flat()))
  },
})

const insertInto = ({ name, columns }: Table, rows: number, parameter: (index: number) => string): string => {
  const row = (index: number) => `(${columns.map((_, column) => parameter(index * columns.length + column)).join()})`
  const names = columns.map((column) => `"${column}"`).join()
  return `insert into "${name}" (${names}) values ${Array.from({ length: rows }, (_, index) => row(index)).join()}`
}

/** Throws {@link AdminError} for text with a NUL, which PostgreSQL cannot store. The API accepts no such text. */
const refuseNul = ({ name, columns }: Table, rows: readonly Row[]): void => {
  for (const row of rows) {
    const index = row.findIndex((value) => typeof value === 'string' && value.includes('\0'))
    if (index < 0) continue
    throw new AdminError(
      `PostgreSQL cannot keep a NUL character, and there is one in “${columns[index]}” of the table “${name}”. ` +
        'Nothing was restored. Change it where the backup was made, and make another.',
    )
  }
}
