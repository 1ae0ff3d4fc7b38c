import { entropyToMnemonic, mnemonicToEntropy } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import type { Bytes } from '#server/crypto/web-crypto.ts'
import { didYouMean } from '#shared/close-names.ts'

/** 256 bits of key and 8 bits of checksum, at 11 bits a word. */
export const wordCount = 24

/** Encodes the master key in words of BIP 39's English list; the last word carries a checksum. */
export const keyToWords = (key: Bytes): string[] => entropyToMnemonic(key, wordlist).split(' ')

/** Extracts the words from typed or scanned text: in any case, on any number of lines, with or without numbers. */
export const splitWords = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[\s,;]+/)
    .filter((part) => part !== '' && !/^\d+[.:)]?$/.test(part))

/**
 * Decodes the master key from its words, or returns what is wrong with them. The message never repeats the words: they
 * may be another secret, entered by mistake.
 */
export const wordsToKey = (words: readonly string[]): { key: Bytes } | { problem: string } => {
  const unknown = words.flatMap((word, index) => (wordlist.includes(word) ? [] : [{ word, position: index + 1 }]))
  if (words.length !== wordCount) {
    const which = unknown.length > 0 ? ` Not in the word list: ${positions(unknown.map((at) => at.position))}.` : ''
    return { problem: `A recovery kit has ${wordCount} words, and these are ${words.length}.${which}` }
  }
  if (unknown.length > 0) {
    return {
      problem: unknown
        .map(({ word, position }) => {
          const near = didYouMean(word, wordlist)
          return `Word ${position} is not in the word list.${near ? ` ${near}` : ''}`
        })
        .join('\n'),
    }
  }
  try {
    return { key: new Uint8Array(mnemonicToEntropy(words.join(' '), wordlist)) }
  } catch {
    // All words are known, so the checksum is wrong. The library's error may quote the words.
    return {
      problem:
        'Each word is in the word list, but the checksum of all is wrong: one is another word than on the kit, ' +
        'or two have changed places. Compare them with the kit one by one.',
    }
  }
}

const positions = (list: readonly number[]): string => `${list.length === 1 ? 'word' : 'words'} ${list.join(', ')}`
