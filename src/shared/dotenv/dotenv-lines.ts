/**
 * A statement of a `.env` file: one line, or several for a quoted value. Lines start at 1. Blank lines are not
 * statements and end nothing, because keys and JSON contain some.
 */
export type DotenvStatement =
  | { kind: 'comment' }
  | { kind: 'assignment'; line: number; name: string; value: string; quoted: boolean }
  /** Not an assignment. The text is not included, because it may be a part of a value. */
  | { kind: 'fragment'; line: number; hasEquals: boolean }
  | { kind: 'broken'; line: number; message: string }

const isBlank = (character: string | undefined): boolean => character === ' ' || character === '\t'

/**
 * Removes spaces and tabs at both ends. A regular expression would be quadratic on long white space, and `trim` removes
 * more.
 */
const trimBlanks = (text: string): string => {
  let [start, end] = [0, text.length]
  while (start < end && isBlank(text[start])) start++
  while (end > start && isBlank(text[end - 1])) end--
  return text.slice(start, end)
}

/** Returns the end of the line at `at`, without its LF or CRLF, and the start of the next. */
const lineFrom = (text: string, at: number): { end: number; next: number } => {
  const feed = text.indexOf('\n', at)
  if (feed < 0) return { end: text.length, next: text.length }
  return { end: feed > at && text[feed - 1] === '\r' ? feed - 1 : feed, next: feed + 1 }
}

const escapes = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['"', '"'],
  ['\\', '\\'],
  ['$', '$'],
])

type Quoted = { value: string; end: number }

const readSingle = (text: string, start: number): Quoted | undefined => {
  const close = text.indexOf("'", start)
  return close < 0 ? undefined : { value: text.slice(start, close), end: close + 1 }
}

/** Unknown escapes keep their backslash: inside quotes, text stays as written. */
const readDouble = (text: string, start: number): Quoted | undefined => {
  let value = ''
  let from = start
  for (let at = start; at < text.length; at++) {
    if (text[at] === '"') return { value: value + text.slice(from, at), end: at + 1 }
    if (text[at] !== '\\') continue
    at++
    const escaped = escapes.get(text[at] ?? '')
    if (escaped === undefined) continue
    value += text.slice(from, at - 1) + escaped
    from = at + 1
  }
  return undefined
}

const readers = new Map<string, typeof readDouble>([
  ["'", readSingle],
  ['"', readDouble],
])

const readUnquoted = (rest: string): string => {
  const comment = rest.search(/[ \t]#/)
  return trimBlanks(comment < 0 ? rest : rest.slice(0, comment))
}

const lineFeeds = (text: string, from: number, to: number): number => {
  let count = 0
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) count++
  return count
}

/** Text that may be meant as a name. Other text before a “=” is more likely a part of a value. */
const likeName = /^[\p{L}\p{M}\p{N}_. -]{1,128}$/u

const afterQuote = 'A value with a quote in it goes into "…", where \\" is a quote.'

/** Splits `text` into statements, in linear time. Never throws; unreadable parts are `broken`. */
export function* dotenvStatements(text: string): Generator<DotenvStatement, void> {
  let at = text.startsWith('\ufeff') ? 1 : 0
  for (let line = 1; at < text.length; line++) {
    const { end, next } = lineFrom(text, at)
    const content = trimBlanks(text.slice(at, end))
    const equals = text.slice(at, end).indexOf('=')
    const name = trimBlanks(text.slice(at, at + Math.max(equals, 0))).replace(/^export[ \t]+/, '')
    const start = at + equals + 1
    at = next
    if (content === '') continue
    if (content.startsWith('#')) {
      yield { kind: 'comment' }
      continue
    }
    if (equals < 0 || !likeName.test(name)) {
      yield { kind: 'fragment', line, hasEquals: equals >= 0 }
      continue
    }
    let opening = start
    while (opening < end && isBlank(text[opening])) opening++
    const readQuoted = readers.get(text[opening] ?? '')
    if (!readQuoted) {
      yield { kind: 'assignment', line, name, value: readUnquoted(text.slice(start, end)), quoted: false }
      continue
    }
    const read = readQuoted(text, opening + 1)
    if (!read) {
      const message = 'The quote that opens here is never closed, so nothing from here on was read. Close it.'
      yield { kind: 'broken', line, message }
      return
    }
    const opened = line
    line += lineFeeds(text, opening, read.end)
    const closing = lineFrom(text, read.end)
    at = closing.next
    if (/^[ \t]*(?:$|(?<=[ \t])#)/.test(text.slice(read.end, closing.end))) {
      yield { kind: 'assignment', line: opened, name, value: read.value, quoted: true }
    } else {
      const where =
        opened === line ? 'Text follows the closing quote' : `The quote of line ${opened} closes here, before more text`
      yield { kind: 'broken', line, message: `${where}. ${afterQuote}` }
    }
  }
}
