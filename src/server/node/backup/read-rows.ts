import type { DatabaseSync } from 'node:sqlite'
import { setImmediate } from 'node:timers/promises'
import { type Kysely, sql } from 'kysely'
import { asLists } from '#server/node/postgres/postgres-dialect.ts'
import type { Schema } from '#server/store/db/schema.ts'
import type { Table } from './backup-tables.ts'

/** What a column holds, the same for both kinds of SQL: times of better-auth's as ISO texts, yes and no as 1 and 0. */
export type CellValue = null | string | number | Uint8Array

/** A row's values in the order of the table's columns. */
export type Row = readonly CellValue[]

/** Reads all rows of a table by their primary key, some at a time. Several tables can be read side by side. */
export type ReadRows = (table: Table) => AsyncIterable<Row[]>

/** Rows at a time: with the longest values that there are they take some 60 MB. */
const rowsAtOnce = 500

const selectFrom = ({ name, columns, key }: Table) => sql`
  select ${sql.join(columns.map((column) => sql.ref(column)))} from ${sql.table(name)}
  order by ${sql.join(key.map((column) => sql.ref(column)))}`

/** Reads on an open database. To be used in one transaction, for what belongs together. */
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
      // SQLite answers at once: without a turn now and then, nothing else would get one, signals included.
      await setImmediate()
    }
    if (batch.length > 0) yield batch
  }

/** Reads in a transaction, by a cursor: the rows never are in memory together. */
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

/** How many rows each of the tables has. */
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

/** What is long on purpose must not be ended by the time limits that requests have. */
export const removeTimeLimits = async (trx: Kysely<Schema>): Promise<void> => {
  await sql`set local statement_timeout = 0`.execute(trx)
  await sql`set local idle_in_transaction_session_timeout = 0`.execute(trx)
}
