import { nameRule, secretName, suggestName } from '#shared/secret.ts'

/** The result of checking a typed name: a name with a `problem` cannot be stored. */
type NameCheck = { problem?: string; suggestion?: string }

/** Checks a name as typed. An empty name has no problem, so that the form shows no error before typing. */
export const checkName = (name: string): NameCheck => {
  if (name === '') return {}
  if (secretName.safeParse(name).success) return {}
  const suggestion = suggestName(name)
  return suggestion ? { problem: nameRule, suggestion } : { problem: nameRule }
}

/** Whether the name filter `q` matches `name`; works like the server's filter. */
export const matchesFilter = (name: string, q: string): boolean =>
  name.toLowerCase().includes(q.normalize('NFKC').toLowerCase())
