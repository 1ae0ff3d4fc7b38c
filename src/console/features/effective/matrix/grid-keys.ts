/** The position of a cell in a grid, from 0. */
export type Cell = { row: number; column: number }

type Pressed = { key: string; ctrlKey: boolean; metaKey: boolean; altKey: boolean; shiftKey: boolean }

type Grid = {
  rows: number
  columns: number
  /** Number of rows visible at once. */
  page: number
}

/** Returns the cell that a key moves to, as in the ARIA guide's grid pattern; `undefined` for other keys. */
export const cellAfterKey = (pressed: Pressed, { row, column }: Cell, grid: Grid): Cell | undefined => {
  const { key, ctrlKey, metaKey, altKey, shiftKey } = pressed
  if (altKey || shiftKey || metaKey) return undefined
  const [lastRow, lastColumn] = [grid.rows - 1, grid.columns - 1]
  const at = (toRow: number, toColumn: number): Cell => ({
    row: Math.max(0, Math.min(lastRow, toRow)),
    column: Math.max(0, Math.min(lastColumn, toColumn)),
  })
  if (ctrlKey) return key === 'Home' ? at(0, 0) : key === 'End' ? at(lastRow, lastColumn) : undefined
  switch (key) {
    case 'ArrowUp':
      return at(row - 1, column)
    case 'ArrowDown':
      return at(row + 1, column)
    case 'ArrowLeft':
      return at(row, column - 1)
    case 'ArrowRight':
      return at(row, column + 1)
    case 'Home':
      return at(row, 0)
    case 'End':
      return at(row, lastColumn)
    case 'PageUp':
      return at(row - grid.page, column)
    case 'PageDown':
      return at(row + grid.page, column)
    default:
      return undefined
  }
}
