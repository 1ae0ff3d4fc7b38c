import type { MatrixFilter } from '#console/features/effective/matrix/matrix-filter.ts'
import { matchesFilter } from '#console/features/secrets/secret-names.ts'
import { rank, relation } from '#shared/effective.ts'
import type { Overlap } from '#shared/secret.ts'
import { forEachSecret, type MatrixReader } from '#shared/workload/matrix-reader.ts'

/** A name in the team scope, with the scopes that override it, by kind. */
export type TeamName = { name: string; overriddenBy: Overlap[] }

/** Maximum number of scopes of a kind that are listed; the count includes the others. */
const maxExamples = 3

/** Returns the names that match and that a scope of the kind overrides; with `overridden`, a scope of any kind. */
export const filterTeamNames = (names: readonly TeamName[], { q, scope, overridden }: MatrixFilter): TeamName[] =>
  names.filter(
    ({ name, overriddenBy }) =>
      matchesFilter(name, q) &&
      (scope === '' || overriddenBy.some(({ kind }) => kind === scope)) &&
      (!overridden || overriddenBy.length > 0),
  )

/** Returns the names of the team scope in order, with the scopes that override each. */
export const teamNames = ({ names, scopes }: Pick<MatrixReader, 'names' | 'scopes'>): TeamName[] => {
  const found = new Map<number, TeamName>()
  const team = scopes.find(({ kind }) => kind === 'team')
  if (team) {
    forEachSecret(team, (index) => {
      found.set(index, { name: names[index] ?? '', overriddenBy: [] })
    })
  }
  for (const scope of scopes) {
    const { kind, id, name } = scope
    if (kind === 'team' || relation('team', kind) !== 'overriddenBy') continue
    forEachSecret(scope, (index) => {
      const overlaps = found.get(index)?.overriddenBy
      if (!overlaps) return
      let overlap = overlaps.find((known) => known.kind === kind)
      if (!overlap) {
        overlap = { relation: 'overriddenBy', kind, count: 0, examples: [] }
        overlaps.push(overlap)
      }
      overlap.count++
      if (overlap.examples.length < maxExamples) overlap.examples.push({ id, name })
    })
  }
  const byName = [...found.entries()].toSorted(([one], [other]) => one - other).map(([, entry]) => entry)
  for (const { overriddenBy } of byName) overriddenBy.sort((one, other) => rank(other.kind) - rank(one.kind))
  return byName
}
