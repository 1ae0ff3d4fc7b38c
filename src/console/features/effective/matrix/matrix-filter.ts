import { matchesFilter } from '#console/features/secrets/secret-names.ts'
import type { ScopeKind } from '#shared/scope.ts'
import type { MatrixPair } from '#shared/workload/matrix-reader.ts'

/** What the address keeps of the matrix's filter. */
export type MatrixFilter = {
  /** A part of the name. */
  q: string
  /** The kind of scope that wins; empty for any. */
  scope: ScopeKind | ''
  overridden: boolean
}

/** The indices of the names to show: those with a cell that is won by the kind, and overrides something if that is asked. */
export const filterNames = (
  names: readonly string[],
  columns: readonly MatrixPair[],
  { q, scope, overridden }: MatrixFilter,
): number[] => {
  const isWanted = (index: number) =>
    columns.some(({ decision }) => {
      const decided = decision(index)
      if (!decided) return false
      return (scope === '' || decided.winner.kind === scope) && (!overridden || decided.overridden.length > 0)
    })
  const anyCell = scope === '' && !overridden
  return names.flatMap((name, index) => (matchesFilter(name, q) && (anyCell || isWanted(index)) ? [index] : []))
}
