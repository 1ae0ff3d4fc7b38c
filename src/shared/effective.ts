import { type ScopeKind, scopeKinds } from './scope.ts'

/** How strong a kind of scope is: of two secrets of one name, a workload gets the one in the scope of higher rank. */
export const rank = (kind: ScopeKind): number => scopeKinds.indexOf(kind)

/** Which relation a secret in a scope of kind `own` has to one of the same name in a scope of the kind `other`. */
export const relation = (own: ScopeKind, other: ScopeKind): 'overrides' | 'overriddenBy' =>
  rank(own) > rank(other) ? 'overrides' : 'overriddenBy'

/** What a workload gets for a name, and what that overrides, strongest first. */
export type Decision<Held> = { winner: Held; overridden: Held[] }

/**
 * The precedence, the one place that decides it: of the scopes of a pair that have a secret of a name — at most one of
 * each kind — the project's wins over the cluster's, and that over the team's. `undefined` when none has it.
 */
export const decide = <Held extends { kind: ScopeKind }>(holders: readonly Held[]): Decision<Held> | undefined => {
  const [winner, ...overridden] = holders.toSorted((one, other) => rank(other.kind) - rank(one.kind))
  return winner && { winner, overridden }
}
