import { describe, expect, it } from 'vitest'
import { foundWords } from './filter-words.ts'
import { readUnused } from './secret-address.ts'

describe('the words for the result of a filter', () => {
  it('counts the matches and all names', () => {
    expect(foundWords(2, 1400, { q: 'api', unused: undefined })).toBe('2 of 1,400 names')
    expect(foundWords(1, 14, { q: '', unused: 'ever' })).toBe('1 of 14 names, never used')
    expect(foundWords(3, 14, { q: 'api', unused: 90 })).toBe('3 of 14 names, unused for 90 days')
  })

  it('says why nothing matches', () => {
    expect(foundWords(0, 14, { q: 'api', unused: undefined })).toBe('None of 14 names contains “api”.')
    expect(foundWords(0, 14, { q: 'api', unused: 'ever' })).toBe('None of 14 names contains “api” and is never used.')
    expect(foundWords(0, 14, { q: '', unused: 'ever' })).toBe('Every name has been used.')
    expect(foundWords(0, 14, { q: '', unused: 90 })).toBe('Every name was used or set in the past 90 days.')
  })
})

it('accepts “ever” and 1 to 3650 days in the URL', () => {
  expect(['ever', '1', '90', '3650'].map(readUnused)).toEqual(['ever', 1, 90, 3650])
  expect([null, '', 'never', '0', '3651', '1.5', '-3', '9e1'].map(readUnused)).toEqual(Array(8).fill(undefined))
})
