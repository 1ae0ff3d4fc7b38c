import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { propertyRuns } from '#shared/testing/property-runs.ts'
import { createMask, type Mask } from './mask-stream.ts'
import { valueForms } from './value-forms.ts'

/** Returns which bytes of a text belong to any form of any value, by a naive search. */
const hiddenIn = (text: Buffer, values: readonly string[]): Uint8Array => {
  const hidden = new Uint8Array(text.byteLength)
  for (const form of values.filter((value) => Buffer.byteLength(value) >= 4).flatMap(valueForms)) {
    for (let at = text.indexOf(form); at !== -1; at = text.indexOf(form, at + 1)) {
      hidden.fill(1, at, at + form.byteLength)
    }
  }
  return hidden
}

const shown = (text: Buffer, hidden: Uint8Array, end = text.byteLength): string => {
  const pieces: string[] = []
  for (let at = 0; at < end; at++) {
    if (!hidden[at]) pieces.push(text.toString('latin1', at, at + 1))
    else if (!hidden[at - 1]) pieces.push('***')
  }
  return pieces.join('')
}

/** Returns the output that is safe for an unfinished text: up to the longest suffix that starts a form, with the hidden parts replaced. */
const decidedIn = (text: Buffer, values: readonly string[], hidden: Uint8Array): number => {
  const forms = values.filter((value) => Buffer.byteLength(value) >= 4).flatMap(valueForms)
  const mayGoOn = (rest: Buffer) =>
    forms.some((form) => form.byteLength > rest.byteLength && form.subarray(0, rest.byteLength).equals(rest))
  let end = 0
  while (end < text.byteLength && !mayGoOn(text.subarray(end))) end++
  while (hidden[end]) end++
  return end
}

const latin1 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')

const maskedBy = (mask: Mask, chunks: readonly Uint8Array[]): { written: string; rest: string } => {
  const written = chunks.map((chunk) => latin1(mask.write(chunk))).join('')
  return { written, rest: latin1(mask.flush()) }
}

const maskedIn = (values: readonly string[], chunks: readonly Uint8Array[]) => maskedBy(createMask(values), chunks)

const masked = (values: readonly string[], ...texts: string[]): string => {
  const { written, rest } = maskedIn(
    values,
    texts.map((text) => Buffer.from(text)),
  )
  return Buffer.from(written + rest, 'latin1').toString()
}

const cut = (text: Buffer, places: readonly number[]): Buffer[] => {
  const all = [0, ...places.map((place) => place % (text.byteLength + 1)).sort((a, b) => a - b), text.byteLength]
  return all.slice(1).map((end, index) => text.subarray(all[index], end))
}

/** Generates texts of values, of their prefixes and suffixes, and of filler, in random chunks. */
const outputOf = (unit: fc.Arbitrary<string>, least: number, most: number) =>
  fc.array(fc.string({ unit, minLength: least, maxLength: most }), { minLength: 1, maxLength: 6 }).chain((values) => {
    const value = fc.constantFrom(...values.flatMap((each) => [each, ...valueForms(each).map(String)]))
    const part = fc
      .tuple(value, fc.nat(most), fc.nat(most))
      .map(([each, from, to]) => each.slice(from, -to || undefined))
    const piece = fc.oneof(
      value.map((text) => Buffer.from(text)),
      part.map((text) => Buffer.from(text)),
      fc.string({ unit, maxLength: 3 * most }).map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: most }).map((bytes) => Buffer.from(bytes)),
    )
    return fc.record({
      values: fc.constant(values),
      text: fc.array(piece, { maxLength: 12 }).map((pieces) => Buffer.concat(pieces)),
      places: fc.array(fc.nat(), { maxLength: 8 }),
    })
  })

const alphabets: [string, fc.Arbitrary<string>, number, number][] = [
  ['of two letters, which overlap in every way', fc.constantFrom('a', 'b'), 1, 9],
  ['with line breaks', fc.constantFrom('a', 'b', '\n', '\r', '\r\n', '"'), 4, 24],
  ['of any characters', fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }), 2, 12],
  ['long enough to pass over bytes', fc.constantFrom(...'abcdefghijklmnop é€+/-_='), 20, 64],
]

describe('the masked output', () => {
  for (const [what, unit, least, most] of alphabets) {
    test(`covers each byte of each occurrence in any chunks, for values ${what}`, () => {
      fc.assert(
        fc.property(outputOf(unit, least, most), ({ values, text, places }) => {
          const { written, rest } = maskedIn(values, cut(text, places))
          const hidden = hiddenIn(text, values)
          expect(written + rest).toBe(shown(text, hidden))
          expect(written).toBe(shown(text, hidden, decidedIn(text, values, hidden)))
        }),
        { numRuns: propertyRuns(5) },
      )
    })
  }

  test('is the same for every chunk boundary', () => {
    const values = ['s3cr3t', 's3cr3t-longer', 'longer-still', 'grüße-€uro', 'two\nlines of it']
    const text = Buffer.from(
      'a s3cr3t-longer-still b s3cr3t-long grüße-€uro c two\r\nlines of it s3cr3 s3cr3ts3cr3t two\n',
    )
    const whole = shown(text, hiddenIn(text, values))
    expect(Buffer.from(whole, 'latin1').toString()).toBe('a *** b ***-long *** c *** s3cr3 *** two\n')
    const mask = createMask(values)
    const cuts = [...Array(text.byteLength + 1).keys()]
    for (const places of [...cuts.flatMap((first) => cuts.map((second) => [first, second])), cuts]) {
      const { written, rest } = maskedBy(mask, cut(text, places))
      expect(written + rest).toBe(whole)
    }
  })

  test('covers a long value that ends with the start of another one', () => {
    const values = ['0123456789abcd.efgh', 'abcd.efgh?end', 'abcd']
    expect(masked(values, '0123456789abcd.efgh?nothing')).toBe('***?nothing')
  })

  test('covers a value of 64 KiB in chunks of any size, and nothing of one with another end', () => {
    const value = Array.from({ length: 65_536 }, (_, at) =>
      String.fromCharCode(33 + ((at * at * 31 + at * 7) % 90)),
    ).join('')
    const almost = `${value.slice(0, -1)}\u0007`
    const text = Buffer.from(`before ${value} between ${almost} after`)
    for (const size of [1, 1000, 65_536, text.byteLength]) {
      const places = Array.from({ length: Math.floor(text.byteLength / size) }, (_, at) => at * size)
      const { written, rest } = maskedIn([value], cut(text, places))
      expect(written + rest === `before *** between ${almost} after`, `in chunks of ${size}`).toBe(true)
    }
  })

  test('covers each of 1,000 values', () => {
    const values = Array.from({ length: 1000 }, (_, at) => `value-${at}-${(at * 7919).toString(36)}-of-a-thousand`)
    const text = values.map((value) => `(${value.slice(0, -1)}|${value})`).join('\n')
    const expected = values.map((value) => `(${value.slice(0, -1)}|***)`).join('\n')
    expect(masked(values, text.slice(0, 20_011), text.slice(20_011)) === expected).toBe(true)
  })
})

describe('a mask', () => {
  test('withholds only what could start a value', () => {
    const mask = createMask(['s3cr3t', 's3cr3t-longer'])
    const write = (text: string) => latin1(mask.write(Buffer.from(text)))
    expect(write('password: s3c')).toBe('password: ')
    expect(write('r')).toBe('')
    expect(write('3t-')).toBe('***')
    expect(write('s')).toBe('-')
    expect(latin1(mask.flush())).toBe('s')
    expect(latin1(mask.flush())).toBe('')
  })

  test('starts again after a flush', () => {
    const mask = createMask(['s3cr3t'])
    expect(latin1(mask.write(Buffer.from('s3c')))).toBe('')
    expect(latin1(mask.flush())).toBe('s3c')
    expect(latin1(mask.write(Buffer.from('r3t s3cr3t')))).toBe('r3t ***')
    expect(latin1(mask.flush())).toBe('')
    expect(latin1(mask.write(Buffer.from('s3cr3t')))).toBe('***')
  })

  test('counts values that are too short, and masks the others', () => {
    const values = ['abc', 'é', 'abcd']
    expect(createMask(values).unmasked).toBe(2)
    expect(masked(values, 'abc é abcd')).toBe('abc é ***')
    expect(createMask(['éé']).unmasked).toBe(0)
  })

  test('returns the same bytes when there is nothing to mask', () => {
    const chunk = Buffer.from('abc')
    for (const values of [[], ['abc']]) expect(createMask(values).write(chunk)).toBe(chunk)
    expect(createMask([]).flush()).toHaveLength(0)
  })

  test('does not change chunks, and tolerates later changes of chunks and results', () => {
    const mask = createMask(['s3cr3t-value', 's3cr3t-other'])
    const first = Buffer.from('a s3cr3t-')
    mask.write(first).fill(0)
    expect(first.toString('latin1', 2)).toBe('s3cr3t-')
    first.fill(0)
    const rest = mask.flush()
    expect(latin1(rest)).toBe('s3cr3t-')
    rest.fill(0)
    expect(latin1(mask.write(Buffer.from('s3cr3t-')))).toBe('')
    expect(latin1(mask.flush())).toBe('s3cr3t-')
    mask.write(Buffer.from('s3cr3t-value')).fill(0)
    expect(latin1(mask.write(Buffer.from(' s3cr3t-value')))).toBe(' ***')
  })
})
