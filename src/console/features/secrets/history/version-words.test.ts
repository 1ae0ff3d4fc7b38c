import { describe, expect, it } from 'vitest'
import type { SecretVersion } from '#shared/version.ts'
import { fingerprintWords, isCurrentValue, relationWords } from './version-words.ts'

const version = (number: number, fingerprint: string | null, known: Partial<SecretVersion> = {}): SecretVersion => ({
  version: number,
  dtCreated: '2026-05-03T12:00:00.000Z',
  setBy: { id: 'us1', name: 'Ada' },
  size: 3,
  fingerprint,
  restoredFrom: null,
  current: false,
  ...known,
})

describe('the words for a version', () => {
  it('shortens the fingerprint', () => {
    expect(fingerprintWords('4f2a91c0d3e5')).toBe('4f2a 91c0')
  })

  it('lists the other versions with the same value', () => {
    const all = [version(4, 'aa', { current: true }), version(3, 'bb'), version(2, 'aa'), version(1, 'aa')]
    expect(all.map((one) => relationWords(one, all))).toEqual([
      'Same value as versions 2 and 1.',
      '',
      'Same value as versions 4 and 1.',
      'Same value as versions 4 and 2.',
    ])
  })

  it('names the version it was restored from, and does not list it again', () => {
    const all = [version(3, 'aa', { restoredFrom: 1, current: true }), version(2, 'bb'), version(1, 'aa')]
    expect(all.map((one) => relationWords(one, all))).toEqual([
      'Restored from version 1.',
      '',
      'Same value as version 3.',
    ])
    // Version 4 is purged.
    expect(relationWords(version(3, 'aa', { restoredFrom: 1 }), [])).toBe('Restored from version 1.')
  })

  it('says nothing about versions without a fingerprint', () => {
    const all = [version(2, null, { current: true }), version(1, null)]
    expect(all.map((one) => relationWords(one, all))).toEqual(['', ''])
  })

  it('recognizes a version with the current value', () => {
    const all = [version(3, 'aa', { current: true }), version(2, 'bb'), version(1, 'aa')]
    expect(all.map((one) => isCurrentValue(one, all))).toEqual([true, false, true])
    const unknown = [version(2, null, { current: true }), version(1, null)]
    expect(unknown.map((one) => isCurrentValue(one, unknown))).toEqual([true, false])
  })
})
