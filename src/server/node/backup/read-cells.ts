import type { Table } from './backup-tables.ts'
import type { Row, Value } from './row-values.ts'

/** Reads the cells of a row by the names of their columns. Throws for a cell of another type, and for one that is empty. */
export type Cells = { text(column: string): string; number(column: string): number; bytes(column: string): Uint8Array }

/** Prepares for reading the rows of a table. */
export const cellsOf = (table: Table): ((row: Row) => Cells) => {
  const places = new Map(table.columns.map((column, index) => [column, index]))
  return (row) => {
    const cell = (column: string): Value => row[places.get(column) ?? -1] ?? null
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
