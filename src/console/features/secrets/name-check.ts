import { reference } from '#shared/reference.ts'
import { isReservedVariable, isVariableName, nameRule, secretName, suggestName } from '#shared/secret.ts'

/** What to say about a typed name: `problem` keeps it from being stored, `warning` does not. */
export type NameCheck = { problem?: string; suggestion?: string; warning?: string }

/** Checks a name as typed. An empty one has no problem yet: nobody is told off before typing. */
export const checkName = (name: string): NameCheck => {
  if (name === '') return {}
  if (!secretName.safeParse(name).success) {
    const suggestion = suggestName(name)
    return suggestion ? { problem: nameRule, suggestion } : { problem: nameRule }
  }
  const warning = warningFor(name)
  return warning ? { warning } : {}
}

const warningFor = (name: string): string | undefined => {
  const use = `Workloads can refer to it as ${reference(name)}.`
  if (isReservedVariable(name)) {
    return `“${name}” steers the shell or a runtime, so it is not injected under its own name. ${use}`
  }
  if (!isVariableName(name)) return `With “-” it cannot be an environment variable of its own. ${use}`
  return undefined
}
