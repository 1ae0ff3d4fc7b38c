import { isReservedVariable, isVariableName, secretName } from '#shared/secret.ts'

/** How a workload's environment variable refers to a secret: this, as the whole value. */
export const reference = (name: string): string => `secret:${name}`

/** What the value of an environment variable means. */
export type Meaning =
  | { kind: 'literal' }
  | { kind: 'secret'; name: string }
  | { kind: 'ephemeral'; id: string }
  /** It begins like a reference and names what no secret can be called. */
  | { kind: 'impossible'; name: string }

const prefix = /^(?:secret|SECRET):/
const ephemeral = /^ephemeral:(.*)$/s

/**
 * Reads the value of an environment variable. Only a whole value is a reference, with its prefix in small letters or in
 * capitals; one inside of other text is that text.
 */
export const meaningOf = (value: string): Meaning => {
  const [start] = prefix.exec(value) ?? []
  if (start === undefined) return { kind: 'literal' }
  const name = value.slice(start.length)
  const [, id] = ephemeral.exec(name) ?? []
  if (id !== undefined) return { kind: 'ephemeral', id }
  return secretName.safeParse(name).success ? { kind: 'secret', name } : { kind: 'impossible', name }
}

/** What to know about a name that can be stored but is no variable of its own, in words. */
export const nameWarning = (name: string): string | undefined => {
  const use = `Workloads can refer to it as ${reference(name)}.`
  if (isReservedVariable(name)) {
    return `“${name}” steers the shell or a runtime, so it is not injected under its own name. ${use}`
  }
  if (!isVariableName(name)) return `With “-” it cannot be an environment variable of its own. ${use}`
  return undefined
}
