import * as z from 'zod'
import { secretUse } from '#shared/workload/secret-use.ts'
import { scopeKinds } from './scope.ts'

/** The rule for names in one line, as shown to users. */
export const nameRule = 'Letters, digits, “_” and “-”; the first is a letter or “_”; at most 128 characters.'

const namePattern = /^[A-Za-z_][A-Za-z0-9_-]{0,127}$/

export const secretName = z.string('Type a name.').regex(namePattern, nameRule)

/** Maximum size of a value in bytes of UTF-8. */
export const maxValueBytes = 64 * 1024

/**
 * Returns why `value` cannot be stored, or `undefined`. NUL is refused because environment variables cannot contain it,
 * a lone surrogate because it has no UTF-8 form.
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
  // Issues are sent to the caller, so they must not contain the value.
  if (problem) context.addIssue({ code: 'custom', message: problem, input: undefined })
})

/** Returns the size of a value: `bytes` of UTF-8, and `lines` including an unfinished last one. */
export const measure = (value: string): { bytes: number; lines: number } => {
  let bytes = 0
  let lines = value === '' ? 0 : 1
  for (let index = 0; index < value.length; index++) {
    const unit = value.charCodeAt(index)
    if (unit === 10 && index < value.length - 1) lines++
    // Each half of a surrogate pair counts as two of its four bytes.
    bytes += unit < 0x80 ? 1 : unit < 0x800 ? 2 : unit >= 0xd800 && unit <= 0xdfff ? 2 : 3
  }
  return { bytes, lines }
}

/** Describes spaces and line breaks around a value, which are often pasted by accident. */
export const outerSpace = (value: string): string | undefined => {
  const trimmed = value.trim()
  if (trimmed === value) return undefined
  if (trimmed === '') return 'The value is white space only.'
  if (/[\r\n]$/.test(value)) return 'The value ends in a line break.'
  const [before, after] = [value.trimStart() !== value, value.trimEnd() !== value]
  if (before && after) return 'The value has white space at both ends.'
  return before ? 'The value begins with white space.' : 'The value ends in white space.'
}

/** Returns the closest valid name (`my key` → `my_key`), or `undefined`. */
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

/**
 * Returns whether the name is a valid environment variable. `__proto__` is refused: as the key of a JavaScript object it
 * is easily lost.
 */
export const isVariableName = (name: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && name !== '__proto__'

/** How a secret relates to those of the same name in scopes of another kind. */
export const overlap = z.object({
  relation: z.enum(['overrides', 'overriddenBy']),
  kind: z.enum(scopeKinds),
  count: z.int(),
  /** The first three scopes by name. */
  examples: z.array(z.object({ id: z.string(), name: z.string() })),
})
export type Overlap = z.infer<typeof overlap>

/** The metadata of a stored secret. Contains no value: a value goes in and does not come out. */
export const secret = z
  .object({
    name: z.string(),
    version: z.int(),
    dtCreated: z.iso.datetime(),
    dtModified: z.iso.datetime(),
    setBy: z.object({ id: z.string(), name: z.string() }),
    etag: z.string(),
    /** Present with `include=overlaps`. */
    overlaps: z.array(overlap).optional(),
    /** Present with `include=lastUse`; null for a secret without any use. */
    lastUse: secretUse.nullable().optional(),
    /** Present after a set of the stored value, which creates no version. */
    unchanged: z.literal(true).optional(),
  })
  .meta({ id: 'Secret' })
export type Secret = z.infer<typeof secret>

export const newSecret = z.object({ name: secretName, value: secretValue })
export const secretChange = z.object({ value: secretValue })
