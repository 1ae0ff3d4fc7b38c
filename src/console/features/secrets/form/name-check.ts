import { nameWarning } from '#shared/name-warning.ts'
import { nameRule, secretName, suggestName } from '#shared/secret.ts'

/** What to say about a typed name: `problem` keeps it from being stored, `warning` does not. */
export type NameCheck = { problem?: string; suggestion?: string; warning?: string }

/** Checks a name as typed. An empty one has no problem yet: nobody is told off before typing. */
export const checkName = (name: string): NameCheck => {
  if (name === '') return {}
  if (!secretName.safeParse(name).success) {
    const suggestion = suggestName(name)
    return suggestion ? { problem: nameRule, suggestion } : { problem: nameRule }
  }
  const warning = nameWarning(name)
  return warning ? { warning } : {}
}
