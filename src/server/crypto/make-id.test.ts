import { expect, it } from 'vitest'
import { newId } from './make-id.ts'

it.each(['te', 'pr', 'cl'] as const)('makes ids of %s and ten lower-case base-36 characters', (prefix) => {
  expect(newId(prefix)).toMatch(new RegExp(`^${prefix}[0-9a-z]{10}$`))
})

it('puts a digit into every id, so that no word is an id', () => {
  const ids = Array.from({ length: 2000 }, () => newId('cl'))
  expect(ids.filter((id) => !/\d/.test(id))).toEqual([])
})

it('makes unique ids and uses every character', () => {
  const ids = Array.from({ length: 2000 }, () => newId('pr'))
  expect(new Set(ids).size).toBe(2000)
  expect(new Set(ids.flatMap((id) => [...id.slice(2)])).size).toBe(36)
})
