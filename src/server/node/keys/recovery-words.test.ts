import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyToWords, splitWords, wordsToKey } from './recovery-words.ts'

const keys = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => new Uint8Array(bytes))
const zeros = keyToWords(new Uint8Array(32))
const problemOf = (words: readonly string[]): string => {
  const read = wordsToKey(words)
  return 'problem' in read ? read.problem : ''
}

describe('the words of a master key', () => {
  it('are those of BIP 39, so that other tools can read them', () => {
    // From the test vectors of the standard.
    expect(zeros).toEqual([...Array(23).fill('abandon'), 'art'])
    expect(keyToWords(new Uint8Array(32).fill(0xff))).toEqual([...Array(23).fill('zoo'), 'vote'])
  })

  it('give the key back, for every key', () => {
    fc.assert(
      fc.property(keys, (key) => {
        expect(wordsToKey(keyToWords(key))).toEqual({ key })
      }),
    )
  })

  it('are recognized in capitals, with numbers, over several lines and with commas', () => {
    expect(splitWords('  1 ABANDON   2. Ability\r\n3) able, 24: zoo\n')).toEqual(['abandon', 'ability', 'able', 'zoo'])
  })
})

describe('invalid recovery words', () => {
  it('are reported by position, with similar words', () => {
    expect(problemOf(zeros.with(6, 'abandn').with(20, 'xyzzyxyzzy'))).toBe(
      'Word 7 is not in the word list. Did you mean “abandon”?\nWord 21 is not in the word list.',
    )
  })

  it('of the wrong number are counted, and unknown words are listed', () => {
    expect(problemOf(zeros.slice(1))).toBe('A recovery kit has 24 words, and these are 23.')
    expect(problemOf([...zeros, 'abandn'])).toContain('these are 25. Not in the word list: word 25.')
    expect(problemOf([])).toContain('these are 0')
  })

  it('report a wrong checksum separately from a misspelling', () => {
    expect(problemOf(zeros.with(3, 'zoo'))).toContain('the checksum of all is wrong')
    const swapped = keyToWords(new Uint8Array(32).map((_, index) => index))
    expect(problemOf([swapped[1] ?? '', swapped[0] ?? '', ...swapped.slice(2)])).toContain('checksum')
  })

  it('are never repeated in a message, because they may be another secret', () => {
    const key = 'q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA='
    for (const given of [[key], zeros.with(5, key)])
      expect(problemOf(given).toLowerCase()).not.toContain(key.toLowerCase())
    expect(problemOf([key])).toContain('Not in the word list: word 1.')
  })
})
