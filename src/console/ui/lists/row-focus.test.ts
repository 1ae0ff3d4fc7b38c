import { expect, it } from 'vitest'
import { rowAfterKey } from './row-focus.ts'

it('rowAfterKey moves by one row and stops at both ends', () => {
  expect(rowAfterKey('ArrowDown', 0, 3)).toBe(1)
  expect(rowAfterKey('ArrowDown', 2, 3)).toBe(2)
  expect(rowAfterKey('ArrowUp', 0, 3)).toBe(0)
})

it('rowAfterKey jumps to the first and last row', () => {
  expect(rowAfterKey('Home', 2, 3)).toBe(0)
  expect(rowAfterKey('End', 0, 3)).toBe(2)
})

it('rowAfterKey ignores other keys', () => {
  expect(rowAfterKey('Enter', 1, 3)).toBeUndefined()
})
