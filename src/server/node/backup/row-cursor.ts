import type { Table } from './backup-tables.ts'
import type { CellValue, ReadRows, Row } from './read-rows.ts'

/** A cursor over the rows of a table. It starts before the first row. */
export type RowCursor = {
  /** Returns the current row; `undefined` before the first and after the last one. */
  now(): Cells | undefined
  next(): Promise<void>
}

/** Opens a cursor over a table in the order of its primary key, so that several tables can be read in parallel. */
export const openCursor = (table: Table, rows: ReadRows): RowCursor => {
  const batches = rows(table)[Symbol.asyncIterator]()
  const cells = cellReader(table)
  let batch: readonly Row[] = []
  let index = 0
  let current: Cells | undefined
  return {
    now: () => current,
    next: async () => {
      if (index === batch.length) {
        const { done, value } = await batches.next()
        batch = done ? [] : value
        index = 0
      }
      const row = batch[index++]
      current = row && cells(row)
    },
  }
}

/** Reads the cells of a row by column name. Throws for null and for a cell of another type. */
export type Cells = { text(column: string): string; number(column: string): number; bytes(column: string): Uint8Array }

/** Returns a function that reads the rows of a table. */
export const cellReader = (table: Table): ((row: Row) => Cells) => {
  const places = new Map(table.columns.map((column, index) => [column, index]))
  return (row) => {
    const cell = (column: string): CellValue => row[places.get(column) ?? -1] ?? null
    const wrong = (column: string) => new Error(`There is no “${column}” of its type in a row of “${table.name}”.`)
    return {
      text: (column) => {
        const value = cell(column)
        if (typeof value !== 'string') throw wrong(column)
        return value
      },
      number: (column) => {
        const value = cell(column)
        if (typeof value !== 'number') throw wrong(column)
        return value
      },
      bytes: (column) => {
        const value = cell(column)
        if (!(value instanceof Uint8Array)) throw wrong(column)
        return value
      },
    }
  }
}
