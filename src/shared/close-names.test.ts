import { describe, expect, it } from 'vitest'
import { closeNames, didYouMean } from './close-names.ts'

describe('similar names', () => {
  it.each([
    ['db_password', 'DB_PASSWORD'],
    ['DB-PASSWORD', 'DB_PASSWORD'],
    ['DB_PASWORD', 'DB_PASSWORD'],
    ['DB_PASSWROD', 'DB_PASSWORD'],
    ['DB_PASSWORDS', 'DB_PASSWORD'],
    ['XB_PASSWORX', 'DB_PASSWORD'],
    ['HOTS', 'HOST'],
    ['a', 'A'],
  ])('%s for %s', (written, meant) => {
    expect(closeNames(written, ['OTHER', meant])).toEqual([meant])
  })

  it.each([
    ['A', 'B'],
    ['KEY', 'CAT'],
    ['DB_PASSWORD', 'DB_PASS'],
    ['PASSWORD', 'XXXSWORD'],
  ])('do not include others: %s is not %s', (written, other) => {
    expect(closeNames(written, [other])).toEqual([])
    expect(didYouMean(written, [other])).toBeUndefined()
  })

  it('are sorted by distance, three at most', () => {
    const names = ['API_KEYXX', 'API_KEYS', 'API_KEYZ', 'API_KEYQ', 'api_key']
    expect(closeNames('API_KEY', names)).toEqual(['api_key', 'API_KEYS', 'API_KEYZ'])
    expect(didYouMean('API_KEY', ['api_key', 'API_KEYS'])).toBe('Did you mean “api_key” or “API_KEYS”?')
  })
})
