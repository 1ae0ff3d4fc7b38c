import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { valueProblem } from '#shared/secret.ts'
import { propertyRuns } from '#shared/testing/property-runs.ts'
import { parseDotenv } from './parse-dotenv.ts'

const valuesOf = (text: string) => {
  const { entries, problems } = parseDotenv(text)
  expect(problems).toEqual([])
  return Object.fromEntries(entries.map(({ name, value }) => [name, value]))
}

const anyValue = fc
  .string({
    unit: fc.oneof(
      fc.constantFrom(...'a\\"\'$#=`\n\r\t n'),
      fc.nat(0x10ffff).map((at) => String.fromCodePoint(at)),
    ),
  })
  .filter((value) => !valueProblem(value))

describe('a value within quotes', () => {
  it('survives double quotes', () => {
    fc.assert(
      fc.property(anyValue, anyValue, (a, b) => {
        const quote = (value: string) => `"${value.replaceAll(/[\\"]/g, '\\$&')}"`
        expect(valuesOf(`A=${quote(a)}\nB=${quote(b)}\n`)).toEqual({ A: a, B: b })
      }),
      { numRuns: propertyRuns() },
    )
  })

  it('survives double quotes with all escapes', () => {
    const escaped = new Map([...'\n\r\t"\\$'].map((character, at) => [character, `\\${'nrt"\\$'[at]}`]))
    fc.assert(
      fc.property(anyValue, (value) => {
        const text = `A="${value.replaceAll(/[\n\r\t"\\$]/g, (character) => escaped.get(character) ?? '')}"`
        expect(text.split('\n')).toHaveLength(1)
        expect(valuesOf(text)).toEqual({ A: value })
      }),
      { numRuns: propertyRuns() },
    )
  })

  it('survives single quotes', () => {
    const unquotable = anyValue.filter((value) => !value.includes("'"))
    fc.assert(
      fc.property(unquotable, (value) => {
        expect(valuesOf(`A='${value}'`)).toEqual({ A: value })
      }),
      { numRuns: propertyRuns() },
    )
  })
})

describe('compared with the parser of Node', () => {
  const characters = (allowed: string) => fc.string({ unit: fc.constantFrom(...allowed), minLength: 1, maxLength: 12 })
  const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,8}$/)
  const plain = characters('aZ09$\\\'"=.:/+{}- é😀').map((text) => text.trim())
  const value = fc.oneof(
    plain.filter((text) => /^[^'"]/.test(text)),
    characters('aZ$\\"=#` \t\né😀').map((text) => `'${text}'`),
    fc
      .array(fc.oneof(characters("aZ$'=#` \t\né😀"), fc.constant('\\n')), { minLength: 1, maxLength: 4 })
      .map((parts) => `"${parts.join('')}"`),
  )
  const noise = fc.constantFrom('', '# A=1', '  # it’s', ' \t')
  const line = fc.record({
    name,
    before: fc.constantFrom('', ' ', '\t', 'export ', ' export  '),
    equals: fc.constantFrom('=', ' = ', '= '),
    value,
    after: fc.constantFrom('', ' ', ' # c', '\t#c="d'),
    noise,
  })
  const lines = fc.uniqueArray(line, { selector: (one) => one.name.toLowerCase(), maxLength: 8 })

  it('reads the same where both grammars agree', () => {
    fc.assert(
      fc.property(lines, fc.constantFrom('\n', '\r\n'), fc.boolean(), (all, end, ended) => {
        const text = all
          .map((one) => `${one.noise}${end}${one.before}${one.name}${one.equals}${one.value}${one.after}`)
          .join(end)
        const file = ended ? text + end : text
        expect(valuesOf(file)).toEqual({ ...parseEnv(file) })
      }),
      { numRuns: propertyRuns() },
    )
  })

  // What Node reads, and why our result differs.
  it.each<[string, string, string | undefined, string | undefined]>([
    ['a password with “#” is not cut off', 'A=1#2', '1#2', '1'],
    ['nor a colour', 'A=#fff', '#fff', ''],
    ['double quotes have more escapes than \\n', 'A="\\t\\$\\\\"', '\t$\\', '\\t\\$\\\\'],
    ['a quote may be within double quotes', 'A="a\\"b"', 'a"b', 'a\\'],
    ['a line break in quotes is kept as it is', 'A="a\r\nb"', 'a\r\nb', 'a\nb'],
    ['a byte order mark is no part of a name', '\ufeffA=1', '1', undefined],
    ['backticks are refused, as shells run them', 'A=`a`', undefined, 'a'],
    ['a quote that is not closed is refused', 'A="a', undefined, '"a'],
    ['text after a quote is refused, not dropped', 'A="a"b', undefined, 'a'],
    ['a stray carriage return is refused, not dropped', 'A=a\rb', undefined, 'ab'],
    ['an empty value is refused', 'A=', undefined, ''],
    ['two values for a name are refused', 'A=1\nA=2', undefined, '2'],
    ['a value with a rest below it is refused', 'A={\n"b"\n}', undefined, '{'],
    ['NUL is refused', 'A="a\0"', undefined, 'a\0'],
  ])('differs so that %s', (_, text, ours, nodes) => {
    expect(parseDotenv(text).entries.find(({ name }) => name === 'A')?.value).toBe(ours)
    expect(parseEnv(text).A).toBe(nodes)
  })

  it.each(['my key', '9', 'a.b'])('differs so that the name %j is refused', (name) => {
    expect(parseDotenv(`${name}=1`).entries).toEqual([])
    expect(parseEnv(`${name}=1`)).toEqual({ [name]: '1' })
  })
})

describe('the published grammar', () => {
  it('has an example that matches its comments', () => {
    const page = readFileSync(new URL('../../../docs/env-files.md', import.meta.url), 'utf8')
    expect(valuesOf(/```sh\n(.*?)```/s.exec(page)?.[1] ?? '')).toEqual({
      DB_PASSWORD: 's3cret#1',
      API_URL: 'https://example.com/?a=b',
      GREETING: 'as it "stands", $HOME and \\n too',
      TLS_KEY: '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg…\n-----END PRIVATE KEY-----\n',
    })
  })
})

describe('a file of 5 MB', () => {
  const size = 5_000_000
  const fill = (piece: string) => piece.repeat(size / piece.length)

  // Each would take hours if a step were quadratic.
  it.each<[string, string, number, number]>([
    ['one short assignment over and over', fill('A=1\n'), 1, 0],
    ['names that all differ', Array.from({ length: size / 10 }, (_, at) => `N${at}=1`).join('\n'), size / 10, 0],
    ['lines that are not assignments', fill('a\n'), 0, 1],
    ['a name of white space', `A${fill(' ')}b=1`, 0, 1],
    ['white space within a value', `A=a${fill(' ')}b`, 0, 1],
    ['white space after a quote', `A="a"${fill(' ')}b`, 0, 1],
    ['“#” all over a value', `A=a${fill('#')}`, 0, 1],
    ['escapes', `A="${fill('\\n')}"`, 0, 1],
    ['a backslash that never ends', `A="${fill('\\')}`, 0, 1],
    ['quotes over two lines', fill(`A='\n'\n`), 1, 0],
    ['quotes that each line opens', fill('A="a\n'), 0, 1],
    ['“=” only', fill('='), 0, 1],
    ['“export” only', `${fill('export ')}=1`, 0, 1],
    ['carriage returns', `A=1${fill('\r')}`, 0, 1],
  ])('is read in linear time when it is %s', (_, text, entries, problems) => {
    const read = parseDotenv(text)
    expect([read.entries.length, read.problems.length > 0 ? 1 : 0]).toEqual([entries, problems])
  })
})
