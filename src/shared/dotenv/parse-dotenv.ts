import { nameRule, secretName, suggestName, valueProblem } from '#shared/secret.ts'
import { type DotenvStatement, dotenvStatements } from './dotenv-lines.ts'

export type DotenvEntry = { name: string; value: string; line: number }
type DotenvProblem = { line: number; message: string }

type Assignment = Extract<DotenvStatement, { kind: 'assignment' }>
type Held = DotenvEntry & { taken: boolean }
/** Consecutive lines that are not assignments. `above` is the unquoted value that they may continue. */
type InvalidLines = { first: number; last: number; hasEquals: boolean; above: Held | undefined }

/** The first line of a PEM key or certificate, which is never a complete value. */
const pemHeader = /^-----BEGIN [^-]*-----$/

const wordsOf = ({ first, last, hasEquals, above }: InvalidLines): string => {
  const one = first === last
  const what = one ? 'This line is no “NAME=value”.' : `Lines ${first} to ${last} are no “NAME=value”.`
  const rule = one && hasEquals ? ` A name has this form: ${nameRule}` : ''
  const then = above
    ? `“${above.name}” is left out, as ${one ? 'this' : 'they'} may be the rest of it: put quotes around a value of ` +
      'several lines, and “#” in front of a comment.'
    : 'Put quotes around a value of several lines, and “#” in front of a comment.'
  return `${what}${rule} ${then}`
}

/** Returns why a value is not accepted, without quoting it. */
const refusal = ({ name, value, quoted }: Assignment): string | undefined => {
  if (value === '') return `“${name}” has no value. A secret needs one: write it after “=”, or delete the line.`
  if (!quoted && value.startsWith('`'))
    return `The value of “${name}” begins with a backtick, which is no quote here. Use '…' or "…".`
  if (!quoted && value.includes('\r')) {
    return `“${name}” has a stray carriage return. End lines with LF or CRLF; within a value, write \\r in double quotes.`
  }
  const problem = valueProblem(value)
  return problem && `“${name}” cannot be stored. ${problem}`
}

/**
 * Parses a `.env` file by the grammar of docs/env-files.md. Never throws. Anything ambiguous is a problem and not an
 * entry: of two values for one name, neither is taken. Problems contain no value, and nothing of a line that may be a
 * part of one.
 */
export const parseDotenv = (text: string): { entries: DotenvEntry[]; problems: DotenvProblem[] } => {
  const held = new Map<string, Held>()
  const problems: DotenvProblem[] = []
  /** The preceding unquoted value, separated only by blank lines. */
  let above: Held | undefined
  let invalidLines: InvalidLines | undefined
  /** Whether the preceding statement was not understood, so that this line may still be a part of a value. */
  let doubtful = false

  const reportInvalidLines = (): void => {
    if (invalidLines) problems.push({ line: invalidLines.first, message: wordsOf(invalidLines) })
    invalidLines = undefined
  }

  const addInvalidLine = (line: number, hasEquals: boolean): void => {
    invalidLines ??= { first: line, last: line, hasEquals, above }
    invalidLines.last = line
    if (invalidLines.above) invalidLines.above.taken = false
  }

  const assign = (assignment: Assignment): Held | undefined => {
    const { line, name, value } = assignment
    if (!secretName.safeParse(name).success) {
      const suggestion = doubtful ? undefined : suggestName(name)
      const message = `What stands before “=” cannot be a name. ${nameRule}`
      problems.push({ line, message: suggestion ? `${message} Try “${suggestion}”.` : message })
      return undefined
    }
    const refused = refusal(assignment)
    if (refused) problems.push({ line, message: refused })
    const key = name.toLowerCase()
    const earlier = held.get(key)
    if (!earlier) {
      const entry = { name, value, line, taken: !refused }
      held.set(key, entry)
      return entry
    }
    if (earlier.name === name && earlier.value === value) return earlier
    earlier.taken = false
    const message =
      earlier.name === name
        ? `“${name}” has another value here than on line ${earlier.line}. Keep one of the two.`
        : `“${name}” and “${earlier.name}” on line ${earlier.line} differ in capitals only. Keep one of the two.`
    problems.push({ line, message })
    return earlier
  }

  for (const statement of dotenvStatements(text)) {
    if (statement.kind === 'fragment') {
      addInvalidLine(statement.line, statement.hasEquals)
      doubtful = true
      continue
    }
    // The last line of base64 ends with “=”, like a name without a value.
    const isPadded =
      statement.kind === 'assignment' && !statement.quoted && (statement.value === '' || statement.value === '=')
    if (isPadded && (doubtful || (above && pemHeader.test(above.value)))) {
      addInvalidLine(statement.line, true)
      doubtful = true
      continue
    }
    reportInvalidLines()
    if (statement.kind === 'broken') problems.push({ line: statement.line, message: statement.message })
    const entry = statement.kind === 'assignment' ? assign(statement) : undefined
    above = statement.kind === 'assignment' && !statement.quoted ? entry : undefined
    doubtful = statement.kind === 'broken'
  }
  reportInvalidLines()

  const entries = [...held.values()]
    .filter(({ taken }) => taken)
    .map(({ name, value, line }) => ({ name, value, line }))
  return { entries, problems }
}

/** Returns a template with these names and empty values. */
export const printDotenv = (names: readonly string[]): string => names.map((name) => `${name}=\n`).join('')
