import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  isVariableName,
  maxValueBytes,
  measure,
  outerSpace,
  secretName,
  secretValue,
  suggestName,
  valueProblem,
} from './secret.ts'

const isName = (text: string) => secretName.safeParse(text).success
/** Any string, including lone surrogates. */
const anyText = fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) })
const wellFormed = fc
  .string({ unit: fc.nat(0x10ffff).map((point) => String.fromCodePoint(point)) })
  .filter((text) => text.isWellFormed())

describe('a name', () => {
  it.each(['A', '_', 'a', 'DB_PASSWORD', 'my-bucket-key', '_9', `A${'0'.repeat(127)}`])('may be %j', (name) => {
    expect(isName(name)).toBe(true)
  })

  it.each([
    '',
    ' ',
    '9A',
    '-A',
    'A B',
    'A\n',
    '\nA',
    'A.B',
    'A/B',
    '..',
    'Ä',
    'А', // a Cyrillic letter
    'A\0',
    `A${'0'.repeat(128)}`,
  ])('may not be %j', (name) => {
    expect(isName(name)).toBe(false)
  })

  it('is refused with the rule', () => {
    expect(secretName.safeParse('9').error?.issues[0]?.message).toContain('the first is a letter')
  })

  it('is a variable’s name only without a hyphen', () => {
    expect(isVariableName('DB_PASSWORD')).toBe(true)
    expect(isVariableName('db-password')).toBe(false)
    expect(isVariableName('__proto__')).toBe(false)
  })
})

describe('a suggested name', () => {
  it.each([
    ['my key', 'my_key'],
    ['  my key  ', 'my_key'],
    ['api.key', 'api_key'],
    ['9lives', '_9lives'],
    ['-x', '_-x'],
    ['Schlüssel', 'Schlussel'],
    ['a'.repeat(200), 'a'.repeat(128)],
  ])('for %j is %j', (text, name) => {
    expect(suggestName(text)).toBe(name)
  })

  it.each(['', '   ', '!!!', '密钥', 'GOOD_NAME'])('does not exist for %j', (text) => {
    expect(suggestName(text)).toBeUndefined()
  })

  it('always follows the rule, and never equals the input', () => {
    fc.assert(
      fc.property(fc.oneof(anyText, fc.string(), fc.string({ unit: 'grapheme' })), (text) => {
        const name = suggestName(text)
        if (name !== undefined) expect([isName(name), name === text]).toEqual([true, false])
      }),
    )
  })
})

describe('a value', () => {
  it('may have at most 64 KiB', () => {
    expect(valueProblem('x'.repeat(maxValueBytes))).toBeUndefined()
    expect(valueProblem('x'.repeat(maxValueBytes + 1))).toBe('The value has 65,537 bytes; the most is 65,536.')
  })

  it('is measured in bytes of UTF-8', () => {
    expect(valueProblem('€'.repeat(21_845))).toBeUndefined()
    expect(valueProblem(`${'€'.repeat(21_845)}é`)).toContain('65,537 bytes')
    expect(valueProblem('😀'.repeat(16_384))).toBeUndefined()
    expect(valueProblem(`${'😀'.repeat(16_384)}a`)).toContain('65,537 bytes')
  })

  it.each(['', 'a\0b', '\ud800', 'a\udc00b', '\udc00\ud800'])('is refused when it is %j', (value) => {
    expect(valueProblem(value)).toBeDefined()
  })

  it.each([' ', '\n', '\ufeffx', '-----BEGIN KEY-----\r\nAAAA\r\n', '😀', '\u{10ffff}'])('may be %j', (value) => {
    expect(valueProblem(value)).toBeUndefined()
    expect(secretValue.parse(value)).toBe(value)
  })

  it('is not quoted in issues', () => {
    const { error } = secretValue.safeParse('canary\0')
    expect(JSON.stringify(error)).not.toContain('canary')
    expect(error?.issues[0]).not.toHaveProperty('input', 'canary\0')
  })
})

describe('the measure of a value', () => {
  it('equals the length in UTF-8', () => {
    fc.assert(
      fc.property(wellFormed, (value) => {
        expect(measure(value).bytes).toBe(new TextEncoder().encode(value).byteLength)
      }),
    )
  })

  it.each([
    ['', 0],
    ['a', 1],
    ['a\n', 1],
    ['a\nb', 2],
    ['a\r\nb\r\n', 2],
    ['\n\n', 2],
  ])('of %j counts %i lines', (value, lines) => {
    expect(measure(value).lines).toBe(lines)
  })
})

describe('outer space', () => {
  it.each([
    ['key\n', 'The value ends in a line break.'],
    ['key\r\n', 'The value ends in a line break.'],
    [' key\n', 'The value ends in a line break.'],
    ['key ', 'The value ends in white space.'],
    ['\tkey', 'The value begins with white space.'],
    [' key ', 'The value has white space at both ends.'],
    [' \n', 'The value is white space only.'],
  ])('of %j is described', (value, words) => {
    expect(outerSpace(value)).toBe(words)
  })

  it('is described when trimming would change the value', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', ' ', '\n', '\t', '\r', '\ufeff') }), (value) => {
        expect(outerSpace(value) !== undefined).toBe(value.trim() !== value)
      }),
    )
  })
})
