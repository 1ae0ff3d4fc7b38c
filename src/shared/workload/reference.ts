import { secretName } from '#shared/secret.ts'

/** Returns the value of an environment variable that refers to a secret. */
export const reference = (name: string): string => `secret:${name}`

/** The meaning of the value of an environment variable. */
export type Meaning =
  | { kind: 'literal' }
  | { kind: 'secret'; name: string }
  | { kind: 'ephemeral'; id: string }
  /** A reference with an invalid name. */
  | { kind: 'impossible'; name: string }

const prefix = /^(?:secret|SECRET):/
const ephemeral = /^ephemeral:(.*)$/s

/**
 * Interprets the value of an environment variable. Only a complete value is a reference, with its prefix in lower or
 * upper case. A reference inside other text is literal text.
 */
export const meaningOf = (value: string): Meaning => {
  const [start] = prefix.exec(value) ?? []
  if (start === undefined) return { kind: 'literal' }
  const name = value.slice(start.length)
  const [, id] = ephemeral.exec(name) ?? []
  if (id !== undefined) return { kind: 'ephemeral', id }
  return secretName.safeParse(name).success ? { kind: 'secret', name } : { kind: 'impossible', name }
}
