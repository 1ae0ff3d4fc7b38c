import { type ErrorCode, Lexer, LineCounter, type ParsedNode, parseDocument } from 'yaml'
import { measure } from '#shared/secret.ts'

/** A problem of a spec. The message quotes no value. */
export type SpecProblem = { line: number; message: string }

/** Maximum size of a spec in bytes of UTF-8. */
export const maxSpecBytes = 1024 * 1024

/** Limits the parsing time: a mebibyte of commas takes many seconds, a mebibyte of text a few milliseconds. */
const maxTokens = 200_000

/** Own messages, because those of the parser quote the file, which may contain values. */
const messages: Partial<Record<ErrorCode, string>> = {
  ALIAS_PROPS: 'An alias can have neither an anchor nor a tag of its own. Remove it.',
  BAD_ALIAS: 'The alias or anchor has no name or an impossible one.',
  BAD_DQ_ESCAPE:
    'In double quotes “\\” begins an escape, and YAML has no such one. Write “\\\\”, or use single quotes.',
  BAD_INDENT: 'The indentation does not fit the lines before, or a bracket is not closed.',
  BAD_SCALAR_START: 'No value begins with “@”, “`” or “%” without quotes. Put quotes around it.',
  BLOCK_AS_IMPLICIT_KEY:
    'The value contains a “:” before a space or the line’s end. Put quotes around it; a reference has no space after “secret:”.',
  MISSING_CHAR: 'Something is missing by the end of this line: the “:” after a name, a closing quote or a bracket.',
  MULTILINE_IMPLICIT_KEY: 'The line before has no “:” after its name.',
  MULTIPLE_DOCS: 'A second document begins here. Put each in a file of its own.',
  RESOURCE_EXHAUSTION: 'The file is nested too deeply.',
  TAB_AS_INDENT: 'The line is indented with a tab. Indent it with spaces.',
}

type ParsedSpec = {
  contents: ParsedNode | null
  /** Returns the line of an offset into the text, starting at 1. */
  lineAt: (offset: number) => number
  problems: SpecProblem[]
}

const tooLarge = (text: string): string | undefined => {
  const { bytes } = measure(text)
  if (bytes > maxSpecBytes) {
    return `The file has ${bytes.toLocaleString('en')} bytes; the most is ${maxSpecBytes.toLocaleString('en')}.`
  }
  let tokens = 0
  for (const _ of new Lexer().lex(text)) {
    if (++tokens > maxTokens) {
      return `The file has more than ${maxTokens.toLocaleString('en')} names, values and signs. Split it.`
    }
  }
  return undefined
}

/**
 * Parses one YAML document. Scalars keep their text (`1.10` is not a number, `yes` not a boolean), because environment
 * variables are text. Aliases are not expanded.
 */
export const parseSpec = (text: string): ParsedSpec => {
  const refusal = tooLarge(text)
  if (refusal) return { contents: null, lineAt: () => 1, problems: [{ line: 1, message: refusal }] }
  const lines = new LineCounter()
  const { contents, errors } = parseDocument<ParsedNode>(text, {
    schema: 'failsafe',
    lineCounter: lines,
    prettyErrors: false,
    // The check of the parser is quadratic. The readers of maps check in one pass.
    uniqueKeys: false,
    logLevel: 'error',
  })
  const end = text.trimEnd().length
  const lineAt = (offset: number) => Math.max(1, lines.linePos(Math.min(offset, end)).line)
  const problems = errors.map(({ code, pos }) => ({
    line: lineAt(pos[0]),
    message: messages[code] ?? 'The line is not YAML from here on. Compare it with the lines before.',
  }))
  // Later errors on a line are consequences of the first.
  const first = new Map(problems.toReversed().map((problem) => [problem.line, problem]))
  return { contents, lineAt, problems: [...first.values()] }
}
