import { describe, expect, it } from 'vitest'
import { cellAfterKey } from './grid-keys.ts'

const grid = { rows: 100, columns: 5, page: 10 }
const none = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false }
const press = (key: string, row: number, column: number, held: Partial<typeof none> = {}) =>
  cellAfterKey({ ...none, ...held, key }, { row, column }, grid)

describe('the keys of a grid', () => {
  it.each([
    ['ArrowUp', { row: 49, column: 2 }],
    ['ArrowDown', { row: 51, column: 2 }],
    ['ArrowLeft', { row: 50, column: 1 }],
    ['ArrowRight', { row: 50, column: 3 }],
    ['Home', { row: 50, column: 0 }],
    ['End', { row: 50, column: 4 }],
    ['PageUp', { row: 40, column: 2 }],
    ['PageDown', { row: 60, column: 2 }],
  ])('move from the middle: %s', (key, cell) => {
    expect(press(key, 50, 2)).toEqual(cell)
  })

  it('move to the first and last cell with Ctrl', () => {
    expect(press('Home', 50, 2, { ctrlKey: true })).toEqual({ row: 0, column: 0 })
    expect(press('End', 50, 2, { ctrlKey: true })).toEqual({ row: 99, column: 4 })
  })

  it('do not move out of the grid', () => {
    for (const key of ['ArrowUp', 'ArrowLeft', 'PageUp']) expect(press(key, 0, 0)).toEqual({ row: 0, column: 0 })
    for (const key of ['ArrowDown', 'ArrowRight', 'PageDown']) expect(press(key, 99, 4)).toEqual({ row: 99, column: 4 })
  })

  it('do not include other keys and keys of the browser', () => {
    expect(press('Tab', 50, 2)).toBeUndefined()
    expect(press('a', 50, 2)).toBeUndefined()
    expect(press('ArrowLeft', 50, 2, { altKey: true })).toBeUndefined()
    expect(press('ArrowDown', 50, 2, { ctrlKey: true })).toBeUndefined()
  })
})
