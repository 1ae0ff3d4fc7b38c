import { type ScopeKind, scopeKinds } from './scope.ts'

/** How strong a kind of scope is: of two secrets of one name, a workload gets the one in the scope of higher rank. */
export const rank = (kind: ScopeKind): number => scopeKinds.indexOf(kind)

/** Which relation a secret in a scope of kind `own` has to one of the same name in a scope of the kind `other`. */
export const relation = (own: ScopeKind, other: ScopeKind): 'overrides' | 'overriddenBy' =>
  rank(own) > rank(other) ? 'overrides' : 'overriddenBy'
