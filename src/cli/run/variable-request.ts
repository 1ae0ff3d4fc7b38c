import { CommandError, exitCodes } from '#cli/exit.ts'
import { printable } from '#cli/output/printable.ts'
import { isVariableName, nameRule } from '#shared/secret.ts'
import { meaningOf } from '#shared/workload/reference.ts'
import type { Pair, ResolveRequest } from '#shared/workload/workload.ts'

/** The options that say what to inject. */
export type VariableOptions = {
  /** Names of secrets, in comma-separated lists. */
  only?: readonly string[]
  /** `VAR=secret:NAME`, or `VAR=` with any other text. */
  env?: readonly string[]
  /** Variables of a spec. */
  spec?: readonly { name: string; value: string }[]
}

/** The request to the server, and the variables that need none. */
export type VariableRequest = { request: Omit<ResolveRequest, keyof Pair>; literals: Record<string, string> }

/**
 * Builds the request: all secrets, unless names or a spec are given. A variable of `env` overrides one of the spec.
 * Variables for which `isKept` is true are not requested.
 * Throws {@link CommandError} for an invalid variable or name.
 */
export const variableRequest = (
  { only, env = [], spec }: VariableOptions,
  isKept: (variable: string) => boolean,
): VariableRequest => {
  const given = new Map(env.map(readVariable))
  if (given.size < env.length) throw twice(env)
  for (const variable of given.keys()) requireVariable(variable)
  const variables = new Map([...(spec ?? []).map(({ name, value }) => [name, value] as const), ...given])
  const references: [string, string][] = []
  const literals: [string, string][] = []
  for (const [variable, value] of variables) {
    if (isKept(variable)) continue
    const { kind } = meaningOf(value)
    if (kind === 'impossible') throw refuse(`“${variable}” refers to a secret by what is no name.`, nameRule)
    ;(kind === 'literal' ? literals : references).push([variable, value])
  }
  const names = only?.flatMap((list) => list.split(',')).map((name) => name.trim())
  if (names?.includes('')) throw refuse('A name in “--only” is empty.', 'Write “--only A,B”.')
  return {
    request: {
      ...(references.length > 0 || spec ? { env: Object.fromEntries(references) } : {}),
      ...(names ? { only: [...new Set(names)].filter((name) => !isKept(name)) } : {}),
      ...(names || spec ? {} : { all: true }),
    },
    literals: Object.fromEntries(literals),
  }
}

const refuse = (message: string, hint: string) => new CommandError(exitCodes.usage, message, { hint })

const readVariable = (text: string): [string, string] => {
  const at = text.indexOf('=')
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)]
  throw refuse('A variable of “--env” has no name or no “=”.', 'Write “--env VAR=secret:NAME”.')
}

const twice = (env: readonly string[]): CommandError => {
  const names = env.map((text) => readVariable(text)[0])
  const name = printable(names.find((each, at) => names.indexOf(each) < at) ?? '')
  return refuse(`“--env” gives “${name}” twice.`, 'Leave one of them out.')
}

const requireVariable = (variable: string): void => {
  const shown = printable(variable)
  if (!isVariableName(variable)) {
    throw refuse(`“${shown}” is no name for an environment variable.`, 'Use letters, digits and “_”.')
  }
}
