import { type ScopeKind, scopeKinds } from './scope.ts'

/**
 * Returns the rank of a kind of scope. Of two secrets with one name, a workload gets the one in the scope of higher
 * rank.
 */
export const rank = (kind: ScopeKind): number => scopeKinds.indexOf(kind)

/** Returns how a secret in a scope of kind `own` relates to one of the same name in a scope of kind `other`. */
export const relation = (own: ScopeKind, other: ScopeKind): 'overrides' | 'overriddenBy' =>
  rank(own) > rank(other) ? 'overrides' : 'overriddenBy'

/** The winner for a name and the secrets that it overrides, strongest first. */
export type Decision<Held> = { winner: Held; overridden: Held[] }

/**
 * Decides the precedence; all other code uses this function. Of the scopes of a pair that have a name, at most one of
 * each kind, the project overrides the cluster, which overrides the team. Returns `undefined` when none has it.
 */
export const decide = <Held extends { kind: ScopeKind }>(holders: readonly Held[]): Decision<Held> | undefined => {
  const [winner, ...overridden] = holders.toSorted((one, other) => rank(other.kind) - rank(one.kind))
  return winner && { winner, overridden }
}
