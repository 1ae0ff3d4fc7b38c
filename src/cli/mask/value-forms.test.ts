import { describe, expect, test } from 'vitest'
import { createMask } from './mask-stream.ts'

const masked = (value: string, text: string): string => {
  const mask = createMask([value])
  return Buffer.concat([mask.write(Buffer.from(text)), mask.flush()]).toString()
}

describe('a value is masked', () => {
  test('in base64 with any neighbours, except for the characters that depend on them', () => {
    for (const value of ['p4ss', 'correct horse', 'grüße ÿ?>~ÿ?>~ÿ', 'i>?o>?o>?>\u00ff\u00ff']) {
      const bytes = Buffer.from(value)
      for (const alphabet of ['base64', 'base64url'] as const) {
        for (let before = 0; before < 7; before++) {
          for (let after = 0; after < 4; after++) {
            const around = [Buffer.alloc(before, 255), bytes, Buffer.alloc(after, 255)]
            const encoded = Buffer.concat(around).toString(alphabet)
            const start = Math.ceil((before * 8) / 6)
            const end = Math.floor(((before + bytes.byteLength) * 8) / 6)
            const rest = after === 0 ? encoded.replaceAll(/[^=]/g, '') : encoded.slice(end)
            expect(masked(value, `[${encoded}]`)).toBe(`[${encoded.slice(0, start)}***${rest}]`)
          }
        }
      }
    }
  })

  test('escaped for JSON, also in ASCII only', () => {
    const value = 'a"b\\c\nd\u001bé€😀'
    expect(masked(value, JSON.stringify({ value }))).toBe('{"value":"***"}')
    expect(masked(value, '"a\\"b\\\\c\\nd\\u001b\\u00e9\\u20ac\\ud83d\\ude00"')).toBe('"***"')
  })

  test('with several lines and the line breaks of a terminal', () => {
    expect(masked('one\ntwo\nthree', '[one\r\ntwo\r\nthree]')).toBe('[***]')
    expect(masked('one\r\ntwo\r\nthree', '[one\ntwo\nthree] [one\r\r\ntwo\r\r\nthree]')).toBe('[***] [***]')
  })

  test('in each line of at least eight bytes, without indentation', () => {
    const value = '-----BEGIN-----\n  MIIEvQIBADAN\nshort\nseven77\neight888\n        \ngrüße é\n'
    expect(masked(value, '> MIIEvQIBADAN\n> -----BEGIN-----\n')).toBe('> ***\n> ***\n')
    expect(masked(value, 'short, seven77, eight888,         , grüße é')).toBe('short, seven77, ***,         , ***')
  })

  test('with several lines, completely when printed whole', () => {
    expect(masked('line one here\nx\nline two here', '[line one here\nx\nline two here]')).toBe('[***]')
  })

  test('without its trailing newline', () => {
    expect(masked('s3cr3t\n', 's3cr3t is s3cr3t\n')).toBe('*** is ***')
    expect(masked('s3cr3t\r\n', `s3cr3t is ${Buffer.from('s3cr3t').toString('base64')}`)).toBe('*** is ***')
  })
})

test('handles a value of 64 KiB of line breaks', () => {
  expect(masked(`${'\n'.repeat(65_535)}x`, `a${'\n'.repeat(65_535)}b`)).toBe(`a${'\n'.repeat(65_535)}b`)
})
