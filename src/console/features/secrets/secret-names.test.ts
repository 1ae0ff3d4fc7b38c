import { expect, it } from 'vitest'
import { nameRule } from '#shared/secret.ts'
import { checkName, matchesFilter } from './secret-names.ts'

it('accepts an empty name and a valid name', () => {
  expect(checkName('')).toEqual({})
  expect(checkName('API_KEY')).toEqual({})
})

it('quotes the rule for an invalid name and suggests the closest valid one', () => {
  expect(checkName('my key')).toEqual({ problem: nameRule, suggestion: 'my_key' })
})

it('suggests nothing if no valid character is left', () => {
  expect(checkName('!!!')).toEqual({ problem: nameRule })
})

it('matches a name filter without regard to case', () => {
  expect(matchesFilter('DB_PASSWORD', 'pass')).toBe(true)
  expect(matchesFilter('DB_PASSWORD', 'token')).toBe(false)
})
