import type { Table } from './backup-tables.ts'
import { type Cells, cellsOf } from './read-cells.ts'
import type { ReadRows, Row } from './row-values.ts'

/** Stands on a row of a table, before the first at its begin. */
export type RowByRow = {
  /** The row that it stands on, or `undefined` before the first and after the last. */
  now(): Cells | undefined
  next(): Promise<void>
}

/** Goes through a table in the order of its primary key, so that several can be read side by side. */
export const rowByRow = (table: Table, rows: ReadRows): RowByRow => {
  const batches = rows(table)[Symbol.asyncIterator]()
  const cells = cellsOf(table)
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
