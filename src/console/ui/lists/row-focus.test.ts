import { expect, it } from 'vitest'
import { rowAfterKey } from './row-focus.ts'

it('moves by one and stops at both ends', () => {
  expect(rowAfterKey('ArrowDown', 0, 3)).toBe(1)
  expect(rowAfterKey('ArrowDown', 2, 3)).toBe(2)
  expect(rowAfterKey('ArrowUp', 0, 3)).toBe(0)
})

it('jumps to the ends', () => {
  expect(rowAfterKey('Home', 2, 3)).toBe(0)
  expect(rowAfterKey('End', 0, 3)).toBe(2)
})

it('leaves other keys alone', () => {
  expect(rowAfterKey('Enter', 1, 3)).toBeUndefined()
})
