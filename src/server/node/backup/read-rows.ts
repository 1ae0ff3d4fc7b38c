import type { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import { type Kysely, sql } from 'kysely'
import { asLists } from '#server/node/postgres/postgres-dialect.ts'
import type { Schema } from '#server/store/db/schema.ts'
import type { Table } from './backup-tables.ts'

/** The value of a column, the same for both databases: better-auth's times as ISO text, booleans as 1 and 0. */
export type CellValue = null | string | number | Uint8Array

/** The values of a row, in the order of the table's columns. */
export type Row = readonly CellValue[]

/** Reads all rows of a table in batches, ordered by primary key. Several tables can be read in parallel. */
export type ReadRows = (table: Table) => AsyncIterable<Row[]>

/** Rows per batch: with the longest possible values they take about 60 MB. */
const rowsAtOnce = 500

const selectFrom = ({ name, columns, key }: Table) => sql`
  select ${sql.join(columns.map((column) => sql.ref(column)))} from ${sql.table(name)}
  order by ${sql.join(key.map((column) => sql.ref(column)))}`

/** Reads from an open SQLite database. For consistent data, the caller opens a transaction. */
export const readSqliteRows = (db: Kysely<Schema>, database: DatabaseSync): ReadRows =>
  async function* (table) {
    const statement = database.prepare(selectFrom(table).compile(db).sql)
    statement.setReturnArrays(true)
    let batch: Row[] = []
    for (const row of statement.iterate() as Iterable<unknown>) {
      batch.push(row as Row)
      if (batch.length < rowsAtOnce) continue
      yield batch
      batch = []
      // SQLite calls are synchronous: without this turn of the event loop, not even signals would be handled.
      await setImmediate()
    }
    if (batch.length > 0) yield batch
  }

/** Reads with a cursor inside a transaction, so that the rows are never in memory together. */
export const readPostgresRows = (trx: Kysely<Schema>): ReadRows => {
  const read = async (statement: string) => (await trx.executeQuery(asLists(statement))).rows
  let cursors = 0
  return async function* (table) {
    const cursor = `rows_${++cursors}`
    await read(`declare ${cursor} no scroll cursor for ${selectFrom(table).compile(trx).sql}`)
    for (;;) {
      const rows = await read(`fetch ${rowsAtOnce} from ${cursor}`)
      if (rows.length === 0) break
      yield rows.map((row) => row.map(portable))
    }
    await read(`close ${cursor}`)
  }
}

const portable = (value: unknown): CellValue => {
  if (value instanceof Date) return value.toISOString()
  return typeof value === 'boolean' ? Number(value) : (value as CellValue)
}

/** Counts the rows of each table. */
export const countRows = async (db: Kysely<Schema>, tables: readonly Table[]): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {}
  for (const { name } of tables) {
    const { rows } = await sql<{ total: number }>`select count(*) as total from ${sql.table(name)}`.execute(db)
    counts[name] = rows[0]?.total ?? 0
  }
  return counts
}

export const sumCounts = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)

/** Removes the time limits of requests for a long transaction. */
export const removeTimeLimits = async (trx: Kysely<Schema>): Promise<void> => {
  await sql`set local statement_timeout = 0`.execute(trx)
  await sql`set local idle_in_transaction_session_timeout = 0`.execute(trx)
}
