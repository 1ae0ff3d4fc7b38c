import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nameRule, valueProblem } from '#shared/secret.ts'
import { propertyRuns } from '#shared/testing/property-runs.ts'
import { parseDotenv, printDotenv } from './parse-dotenv.ts'

const valuesOf = (text: string) => {
  const { entries, problems } = parseDotenv(text)
  expect(problems).toEqual([])
  return Object.fromEntries(entries.map(({ name, value }) => [name, value]))
}
const problemsOf = (text: string) => parseDotenv(text).problems.map(({ line, message }) => `${line}: ${message}`)
const namesOf = (text: string) => parseDotenv(text).entries.map(({ name }) => name)

describe('a .env file', () => {
  it.each<[string, string, Record<string, string>]>([
    ['nothing', '', {}],
    ['a byte order mark alone', '\ufeff', {}],
    ['an assignment', 'A=1', { A: '1' }],
    ['lines that end in LF', 'A=1\nB=2\n', { A: '1', B: '2' }],
    ['lines that end in CRLF', 'A=1\r\nB="2"\r\n\r\nC=3\r\n', { A: '1', B: '2', C: '3' }],
    ['a byte order mark in front', '\ufeffA=1\n', { A: '1' }],
    ['indented lines and blank ones', '\n \t\n \tA=1\n', { A: '1' }],
    ['“export”, once', 'export A=1\nexport \t B=2\nexport=3\n', { A: '1', B: '2', export: '3' }],
    ['white space around “=”', 'A = 1\nB\t=\t2 \t\nC= "3" \n', { A: '1', B: '2', C: '3' }],
    ['white space within a value', 'A=one  two', { A: 'one  two' }],
    ['white space that is neither space nor tab, in a value', 'A=\u00a01\u00a0', { A: '\u00a01\u00a0' }],
    ['“=” in a value', 'A==\nB=b==\nC=c=d', { A: '=', B: 'b==', C: 'c=d' }],
    ['a comment at the line’s start', '# A=1\n \t# B=2\n#\nC=3', { C: '3' }],
    ['a comment after white space', 'A=1 # one\nB=2\t#two\nC=3 #', { A: '1', B: '2', C: '3' }],
    ['“#” within a value', 'A=1#2\nB=#fff\nC=a#b #c', { A: '1#2', B: '#fff', C: 'a#b' }],
    ['“#” within quotes', `A='1 # 2'\nB="1 # 2"`, { A: '1 # 2', B: '1 # 2' }],
    ['a comment after quotes', `A='1' # one\nB="2"\t#"two"\n`, { A: '1', B: '2' }],
    ['quotes within an unquoted value', `A=it's\nB=5"\nC=a\`b`, { A: "it's", B: '5"', C: 'a`b' }],
    ['backslashes outside of double quotes', `A=a\\nb\\\nB='a\\nb\\'`, { A: 'a\\nb\\', B: 'a\\nb\\' }],
    ['the escapes of double quotes', String.raw`A="\n\r\t\"\\\$"`, { A: '\n\r\t"\\$' }],
    ['escapes one after the other', String.raw`A="\\n\\\n"`, { A: '\\n\\\n' }],
    ['unknown escapes unchanged', String.raw`A="\d+\u0041\'\ "`, { A: String.raw`\d+\u0041\'\ ` }],
    ['a backslash before a line break unchanged', 'A="a\\\nb"', { A: 'a\\\nb' }],
    ['the other quote within quotes', `A='"'\nB="'"`, { A: '"', B: "'" }],
    ['values of several lines', `A='a\nb=1\n# c\n'\nB="\na\n"\nC=1`, { A: 'a\nb=1\n# c\n', B: '\na\n', C: '1' }],
    ['line breaks within quotes as they are', 'A="a\r\nb\nc\rd"\r\n', { A: 'a\r\nb\nc\rd' }],
    ['white space within quotes as it is', `A=' \t'\nB=" a "`, { A: ' \t', B: ' a ' }],
    ['“$” unchanged', `A=$B\${C}\nB='$A'\nC="$A $(x)"`, { A: `$B\${C}`, B: '$A', C: '$A $(x)' }],
    ['a reference unchanged', 'A=secret:NAME', { A: 'secret:NAME' }],
    ['names that steer a shell or runtime', 'PATH=/bin\nLD_PRELOAD=x', { PATH: '/bin', LD_PRELOAD: 'x' }],
    ['a name that is not a variable name', 'my-key=1', { 'my-key': '1' }],
    ['the same value twice', `A=1\nB=2\nexport A = "1"`, { A: '1', B: '2' }],
    ['NUL in a comment', '# \0\nA=1', { A: '1' }],
    ['a line separator that is not a line break', 'A=a\u2028b\u0085c\vd', { A: 'a\u2028b\u0085c\vd' }],
    ['a value of exactly 64 KiB', `A=${'€'.repeat(21_845)}x`, { A: `${'€'.repeat(21_845)}x` }],
  ])('may have %s', (_, text, values) => {
    expect(valuesOf(text)).toEqual(values)
  })

  it('may contain names of object members', () => {
    expect(parseDotenv('__proto__=1\nconstructor=2').entries).toEqual([
      { name: '__proto__', value: '1', line: 1 },
      { name: 'constructor', value: '2', line: 2 },
    ])
  })

  it('gives each entry its first line, also a repeated one', () => {
    expect(parseDotenv('\ufeff#\r\n\nA="1\n\n2"\nB=\'\n\'\nA="1\n\n2"\nC=3').entries).toEqual([
      { name: 'A', value: '1\n\n2', line: 3 },
      { name: 'B', value: '\n', line: 6 },
      { name: 'C', value: '3', line: 11 },
    ])
  })
})

const afterQuote = 'A value with a quote in it goes into "…", where \\" is a quote.'
const advice = 'Put quotes around a value of several lines, and “#” in front of a comment.'
const noValue = 'has no value. A secret needs one: write it after “=”, or delete the line.'
const noName = `What stands before “=” cannot be a name. ${nameRule}`
const noForm = `This line is no “NAME=value”. A name has this form: ${nameRule}`
const unclosed = 'The quote that opens here is never closed, so nothing from here on was read. Close it.'
const stray = 'has a stray carriage return. End lines with LF or CRLF; within a value, write \\r in double quotes.'

describe('a problem of a .env file', () => {
  // Each file has an entry OK after the problem, unless nothing can be read after it.
  it.each<[string, string, string[]]>([
    ['an empty value', 'A=', [`1: “A” ${noValue}`]],
    ['a value of white space', 'A= \t', [`1: “A” ${noValue}`]],
    ['empty quotes', `A=''\nB="" # b`, [`1: “A” ${noValue}`, `2: “B” ${noValue}`]],
    ['a comment for a value', 'A= # a', [`1: “A” ${noValue}`]],
    [
      'text after a quote',
      `A="a"b\nB='it's'`,
      [1, 2].map((n) => `${n}: Text follows the closing quote. ${afterQuote}`),
    ],
    ['“#” right after a quote', 'A="a"#b', [`1: Text follows the closing quote. ${afterQuote}`]],
    ['quotes one after the other', `A="a" 'b'`, [`1: Text follows the closing quote. ${afterQuote}`]],
    [
      'text after the quote of another line',
      'A="a\nB="b',
      [`2: The quote of line 1 closes here, before more text. ${afterQuote}`],
    ],
    ['a line without “=”', '#\nA', [`2: This line is no “NAME=value”. ${advice}`]],
    ['“export” without “=”', 'export A', [`1: This line is no “NAME=value”. ${advice}`]],
    ['a colon for “=”', 'A: 1', [`1: This line is no “NAME=value”. ${advice}`]],
    ['nothing before “=”', '=a', [`1: ${noForm} ${advice}`]],
    ['signs before “="', 'A+=1', [`1: ${noForm} ${advice}`]],
    ['more than 128 characters before “=”', `${'A'.repeat(129)}=1`, [`1: ${noForm} ${advice}`]],
    ['a name with a space', 'my key=1', [`1: ${noName} Try “my_key”.`]],
    ['a name with a dot', 'export api.key="1\n2"', [`1: ${noName} Try “api_key”.`]],
    ['a name that begins with a digit', '9lives=1', [`1: ${noName} Try “_9lives”.`]],
    ['a name without any Latin letter', '密钥=1', [`1: ${noName}`]],
    [
      'another value for the same name',
      'A=1\nA=2\nA=1',
      ['2: “A” has another value here than on line 1. Keep one of the two.'],
    ],
    [
      'a name that differs in capitals',
      'A=1\na=1',
      ['2: “a” and “A” on line 1 differ in capitals only. Keep one of the two.'],
    ],
    ['backticks', 'A=`a b`', [`1: The value of “A” begins with a backtick, which is no quote here. Use '…' or "…".`]],
    ['a carriage return that ends no line', 'A=1\rB=2\nC=3\r\r\n', [`1: “A” ${stray}`, `2: “C” ${stray}`]],
    ['NUL', 'A="a\0"', [`1: “A” cannot be stored. ${valueProblem('\0')}`]],
    ['half of a surrogate pair', 'A=\ud800', [`1: “A” cannot be stored. ${valueProblem('\ud800')}`]],
    [
      'more than 64 KiB',
      `A='${'x'.repeat(65_537)}'`,
      ['1: “A” cannot be stored. The value has 65,537 bytes; the most is 65,536.'],
    ],
  ])('is %s, and affects nothing else', (_, text, problems) => {
    expect(problemsOf(`${text}\nOK=1`)).toEqual(problems)
    expect(namesOf(`${text}\nOK=1`)).toEqual(['OK'])
  })

  it.each([
    ['A="a\nB=1', '1'],
    ["\n\nA='a\nB=1", '3'],
    ['A="a\\"\nB=1', '1'],
    ['A="a\\', '1'],
    ['A="', '1'],
    [`A="a'\nB='1'`, '1'],
  ])('is an unclosed quote, in %j', (text, line) => {
    expect(problemsOf(`OK=1 # ok\n${text}`)).toEqual([`${Number(line) + 1}: ${unclosed}`])
    expect(namesOf(`OK=1 # ok\n${text}`)).toEqual(['OK'])
  })

  it('is reported by line, in line order', () => {
    const { problems } = parseDotenv('a\nb\n#\nA=\nB="x\ny"z\nc\n1=2\nC="')
    expect(problems.map(({ line }) => line)).toEqual([1, 4, 6, 7, 8, 9])
  })
})

describe('a value of several lines without quotes', () => {
  const pem = '-----BEGIN PRIVATE KEY-----\nMIIEcanary\n\ncanary==\n-----END PRIVATE KEY-----'
  const leftOut = (first: number, last: number) =>
    `${first}: Lines ${first} to ${last} are no “NAME=value”. “KEY” is left out, as they may be the rest of it: ` +
    'put quotes around a value of several lines, and “#” in front of a comment.'

  it.each([
    ['a key', `KEY=${pem}`, leftOut(2, 5)],
    ['a key of one line', 'KEY=-----BEGIN KEY-----\ncanary=\n-----END KEY-----', leftOut(2, 3)],
    ['base64 without a header', 'KEY=MIIE\ncanary\ncanary=', leftOut(2, 3)],
    ['a key with CRLF', `KEY=${pem.replaceAll('\n', '\r\n')}`, leftOut(2, 5)],
    ['JSON', 'KEY={\n  "a": "canary=b",\n\n  "b": 1\n}', leftOut(2, 5)],
  ])('is one problem and no entry when it is %s', (_, text, problem) => {
    expect(problemsOf(`${text}\nOK=1`)).toEqual([problem])
    expect(namesOf(`${text}\nOK=1`)).toEqual(['OK'])
  })

  it('is not suggested as a name', () => {
    expect(problemsOf('KEY="a "b\ncanary words=c"')[1]).toBe(`2: ${noName}`)
    expect(problemsOf('KEY={\n"canary\nmore canary=1\n')[1]).toBe(`3: ${noName}`)
  })

  it('ends at a comment, and does not follow a quoted value', () => {
    expect(namesOf('A=1\n# a\nwords\nB="2"\nmore words')).toEqual(['A', 'B'])
  })
})

describe('reading any text', () => {
  const pieces = fc.constantFrom(...'AaB9 \t\n\r#=\'"`\\$:-.\0\ud800\ufeff', 'export ', 'A=', '\nB="', "\nC='", '\r\n')
  const anyFile = fc.oneof(fc.string({ unit: pieces, maxLength: 60 }), fc.string({ unit: 'binary' }))

  it('never throws, and accepts only valid values, each name once', () => {
    fc.assert(
      fc.property(anyFile, (text) => {
        const { entries } = parseDotenv(text)
        expect(entries.filter(({ value }) => valueProblem(value))).toEqual([])
        expect(new Set(entries.map(({ name }) => name.toLowerCase())).size).toBe(entries.length)
      }),
      { numRuns: propertyRuns() },
    )
  })

  it('never quotes a value in a problem', () => {
    const broken = fc.constantFrom(
      '"€"x',
      '"€',
      "'€' '",
      '€\r€',
      '`€`',
      '€\ud800',
      '"€\0"',
      '€',
      '"€\n€"€',
      '€\n€',
      '€==\n€=',
    )
    const files = fc.array(fc.tuple(fc.constantFrom('A', 'a', 'B', '9', 'a b', 'x/y'), broken), { maxLength: 8 })
    fc.assert(
      fc.property(files, (lines) => {
        const text = lines.map(([name, value]) => `${name}=${value.replaceAll('€', 'canary+')}`).join('\n')
        expect(JSON.stringify(parseDotenv(text).problems)).not.toContain('canary')
      }),
      { numRuns: propertyRuns() },
    )
  })
})

describe('a template', () => {
  it('has one line for each name', () => {
    expect(printDotenv(['A', 'my-key'])).toBe('A=\nmy-key=\n')
    expect(printDotenv([])).toBe('')
  })

  it('is read as names without values', () => {
    expect(problemsOf(printDotenv(['A', 'B']))).toEqual([`1: “A” ${noValue}`, `2: “B” ${noValue}`])
  })
})
