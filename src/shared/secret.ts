import * as z from 'zod'
import { secretUse } from '#shared/workload/secret-use.ts'
import { scopeKinds } from './scope.ts'

/** The rule for names, in one line, as it is shown to people. */
export const nameRule = 'Letters, digits, “_” and “-”; the first is a letter or “_”; at most 128 characters.'

const namePattern = /^[A-Za-z_][A-Za-z0-9_-]{0,127}$/

export const secretName = z.string('Type a name.').regex(namePattern, nameRule)

/** Largest value, in bytes of UTF-8. */
export const maxValueBytes = 64 * 1024

/**
 * Says what keeps `value` from being stored, or `undefined` when nothing does.
 * A NUL is refused because no environment variable can carry one, a lone surrogate because it has no UTF-8 form.
 */
export const valueProblem = (value: string): string | undefined => {
  if (value === '') return 'Type a value.'
  if (value.includes('\0')) return 'The value contains a NUL character, which no environment variable can carry.'
  if (!value.isWellFormed()) return 'The value contains half of a surrogate pair, which has no UTF-8 form.'
  const { bytes } = measure(value)
  if (bytes > maxValueBytes) {
    return `The value has ${bytes.toLocaleString('en')} bytes; the most is ${maxValueBytes.toLocaleString('en')}.`
  }
  return undefined
}

export const secretValue = z.string('Type a value.').superRefine((value, context) => {
  const problem = valueProblem(value)
  // The value must not be part of the issue: issues are sent back to the caller.
  if (problem) context.addIssue({ code: 'custom', message: problem, input: undefined })
})

/** The size of a value: `bytes` of UTF-8 and `lines`, counting an unfinished last one. */
export const measure = (value: string): { bytes: number; lines: number } => {
  let bytes = 0
  let lines = value === '' ? 0 : 1
  for (let index = 0; index < value.length; index++) {
    const unit = value.charCodeAt(index)
    if (unit === 10 && index < value.length - 1) lines++
    // Each half of a surrogate pair is two of its four bytes.
    bytes += unit < 0x80 ? 1 : unit < 0x800 ? 2 : unit >= 0xd800 && unit <= 0xdfff ? 2 : 3
  }
  return { bytes, lines }
}

/** What people often paste without meaning to: the spaces and line breaks around a value, in words. */
export const outerSpace = (value: string): string | undefined => {
  const trimmed = value.trim()
  if (trimmed === value) return undefined
  if (trimmed === '') return 'The value is white space only.'
  if (/[\r\n]$/.test(value)) return 'The value ends in a line break.'
  const [before, after] = [value.trimStart() !== value, value.trimEnd() !== value]
  if (before && after) return 'The value has white space at both ends.'
  return before ? 'The value begins with white space.' : 'The value ends in white space.'
}

/** The closest name that fits the rule (`my key` → `my_key`), or `undefined` when there is none to offer. */
export const suggestName = (text: string): string | undefined => {
  const joined = text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .trim()
    .replaceAll(/[^A-Za-z0-9_-]+/g, '_')
  const started = /^[0-9-]/.test(joined) ? `_${joined}` : joined
  const fitting = started.slice(0, 128)
  return /[A-Za-z0-9]/.test(fitting) && fitting !== text && namePattern.test(fitting) ? fitting : undefined
}

const reserved = new Set(
  (
    'PATH HOME PWD SHELL USER TERM IFS PS1 PS2 PS4 ENV BASH_ENV PROMPT_COMMAND NODE_OPTIONS PYTHONSTARTUP ' +
    'PYTHONPATH PERL5OPT PERL5LIB RUBYOPT JAVA_TOOL_OPTIONS GIT_SSH_COMMAND ' +
    // Steers JavaScript: as a key of an object it is easily lost on its way.
    '__proto__'
  ).split(' '),
)

/** Whether a variable of this name steers the shell or a runtime, so that no secret is injected under it. */
export const isReservedVariable = (name: string): boolean => reserved.has(name) || /^(LD|DYLD)_/.test(name)

/** Whether a secret of this name can be injected as the variable of the same name. */
export const isVariableName = (name: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name)

/** Whether workloads get a secret of this name under it. Another one can be referred to from a variable of another name. */
export const isInjectable = (name: string): boolean => isVariableName(name) && !isReservedVariable(name)

/** How one secret relates to those of the same name in scopes of another kind. */
export const overlap = z.object({
  relation: z.enum(['overrides', 'overriddenBy']),
  kind: z.enum(scopeKinds),
  count: z.int(),
  /** The first three scopes by name. */
  examples: z.array(z.object({ id: z.string(), name: z.string() })),
})
export type Overlap = z.infer<typeof overlap>

/** What may be known of a stored secret. It has no value: a value goes in and does not come out. */
export const secret = z
  .object({
    name: z.string(),
    version: z.int(),
    dtCreated: z.iso.datetime(),
    dtModified: z.iso.datetime(),
    setBy: z.object({ id: z.string(), name: z.string() }),
    etag: z.string(),
    /** Present when asked for with `include=overlaps`. */
    overlaps: z.array(overlap).optional(),
    /** Present when asked for with `include=lastUse`; null for one that no workload has got since it was made. */
    lastUse: secretUse.nullable().optional(),
    /** Present after a set of the value that was stored already, which made no version. */
    unchanged: z.literal(true).optional(),
  })
  .meta({ id: 'Secret' })
export type Secret = z.infer<typeof secret>

export const newSecret = z.object({ name: secretName, value: secretValue })
export const secretChange = z.object({ value: secretValue })
