import type { Permission } from '#shared/people/role.ts'

/**
 * Who may call a route: anybody; whoever is known, in a team or not; a person with a session, in a team or not; or
 * those in a team whom the table of roles gives a permission.
 */
export type Needs = 'nobody' | 'known' | 'person' | Permission

const needs = new Map<string, Needs>()

const keyOf = (method: string, path: string): string => `${method.toUpperCase()} ${path}`

/** Notes what a route needs. `path` is as it is registered, with `:name` for a part that varies. */
export const noteNeeds = (method: string, path: string, what: Needs): void => {
  needs.set(keyOf(method, path), what)
}

/** What a route needs. One that nobody noted anything of is not called at all. */
export const needsOf = (method: string, path: string): Needs => {
  const known = needs.get(keyOf(method === 'HEAD' ? 'GET' : method, path))
  if (!known) throw new Error(`Nothing is said about who may call ${method} ${path}.`)
  return known
}
