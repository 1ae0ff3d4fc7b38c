import { describe, expect, it } from 'vitest'
import { apiKeyFrom, crc32, isApiKey, maskedApiKey, newApiKey } from './api-key.ts'

const random = 'abcdefghijABCDEFGHIJ0123456789'
const key = apiKeyFrom(random)

describe('an API key', () => {
  it('is its prefix, 30 random characters and 6 of their checksum', () => {
    expect(key).toMatch(/^gsec_abcdefghijABCDEFGHIJ0123456789[0-9A-Za-z]{6}$/)
    expect(isApiKey(key)).toBe(true)
  })

  it('has a standard CRC-32 checksum', () => {
    expect(crc32('123456789')).toBe(0xcbf43926)
    expect(crc32('')).toBe(0)
  })

  it('is invalid when any character differs', () => {
    for (let place = 0; place < key.length; place++) {
      const other = key[place] === 'x' ? 'y' : 'x'
      const mistyped = key.slice(0, place) + other + key.slice(place + 1)
      expect([place, isApiKey(mistyped)]).toEqual([place, false])
    }
  })

  it('is invalid when two neighbouring characters are swapped', () => {
    for (let place = 5; place < key.length - 1; place++) {
      const [one, next] = [key[place], key[place + 1]]
      if (one === next) continue
      expect(isApiKey(key.slice(0, place) + next + one + key.slice(place + 2))).toBe(false)
    }
  })

  it.each([
    '',
    'gsec_',
    key.slice(0, -1),
    `${key}0`,
    ` ${key}`,
    `${key}\n`,
    key.toUpperCase(),
    key.replace('gsec_', 'gsek_'),
  ])('is not %j', (text) => {
    expect(isApiKey(text)).toBe(false)
  })

  it('is shown by its first nine and last four characters', () => {
    expect(maskedApiKey(key)).toBe(`gsec_abcd…${key.slice(-4)}`)
  })
})

describe('the request for a new key', () => {
  it('needs a name only', () => {
    expect(newApiKey.parse({ name: ' ci ' })).toEqual({ name: 'ci' })
  })

  it('lists each access once, in a fixed order', () => {
    expect(newApiKey.parse({ name: 'a', access: ['run', 'manage', 'run'] }).access).toEqual(['manage', 'run'])
  })

  it.each([
    { name: '' },
    { name: 'a'.repeat(101) },
    { name: 'a', access: [] },
    { name: 'a', access: ['all'] },
    { name: 'a', access: 'manage' },
    { name: 'a', expiresAt: 'tomorrow' },
    { name: 'a', expiresAt: 0 },
    { name: 'a', projectId: 'x'.repeat(101) },
  ])('is refused as %j', (wanted) => {
    expect(newApiKey.safeParse(wanted).success).toBe(false)
  })
})
