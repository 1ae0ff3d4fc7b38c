import { type Kysely, sql } from 'kysely'
import type { Schema } from '#server/store/db/schema.ts'
import { codeChecker, type Forgery, type MakeCode } from './rights.ts'
import { type Cell, type SignedTable, signedTableNames, signedTables } from './signed-tables.ts'

const rowsAtOnce = 2000

/** Returns the columns of a table that codes need, and the codes. Reads the rows in the order of their keys. */
export async function* readSignedRows(
  db: Kysely<Schema>,
  table: SignedTable,
): AsyncGenerator<Readonly<Record<string, Cell>>> {
  const { key, columns } = signedTables[table]
  const refs = (names: readonly string[]) => sql.join(names.map((name) => sql.ref(name)))
  for (let after: readonly Cell[] | undefined; ; ) {
    const from = after ? sql`where (${refs(key)}) > (${sql.join(after)})` : sql``
    const { rows } = await sql<Record<string, Cell>>`
      select ${refs([...columns, 'mac'])} from ${sql.table(table)} ${from} order by ${refs(key)} limit ${rowsAtOnce}
    `.execute(db)
    yield* rows
    const last = rows.at(-1)
    if (!last || rows.length < rowsAtOnce) return
    after = key.map((column) => last[column] ?? null)
  }
}

/** Finds every row whose code is missing or wrong. */
export const findUnsigned = async (
  db: Kysely<Schema>,
  codeOf: MakeCode,
): Promise<{ rows: number; unsigned: Forgery[] }> => {
  const isSigned = codeChecker(codeOf)
  const unsigned: Forgery[] = []
  let rows = 0
  for (const table of signedTableNames) {
    for await (const row of readSignedRows(db, table)) {
      rows++
      if (!(await isSigned(table, row))) unsigned.push({ table, row })
    }
  }
  return { rows, unsigned }
}
