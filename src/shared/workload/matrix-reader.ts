import { type Decision, decide } from '#shared/effective.ts'
import { type ScopeKind, scopeKinds } from '#shared/scope.ts'
import type { EffectiveMatrix, Explanation, Holder, Pair } from './workload.ts'

/** The matrix for one pair. A name is given by its index. */
export type MatrixPair = {
  explain: (index: number) => Explanation
  /** Returns only the kinds of the winner and the overridden scopes: faster for many names. */
  decision: (index: number) => Decision<{ kind: ScopeKind }> | undefined
}

export type MatrixReader = {
  names: readonly string[]
  /** Returns `undefined` for a name that is not set anywhere. */
  indexOf: (name: string) => number | undefined
  scopes: EffectiveMatrix['scopes']
  pair: (pair: Pair) => MatrixPair
}

/** Calls `see` with the index and the version of each secret of a scope. */
export const forEachSecret = (
  { secrets }: Pick<EffectiveMatrix['scopes'][number], 'secrets'>,
  see: (index: number, version: number) => void,
): void => {
  for (let at = 0; at + 1 < secrets.length; at += 2) see(secrets[at] ?? 0, secrets[at + 1] ?? 0)
}

/** The decision for each set of kinds, as bits. Nothing else affects the decision about a name. */
const decisions = Array.from({ length: 2 ** scopeKinds.length }, (_, set) =>
  decide(scopeKinds.flatMap((kind, bit) => (set & (1 << bit) ? [{ kind }] : []))),
)

/**
 * Creates a reader of single pairs. It decides by the same {@link decide} as the server. The secrets of a scope are
 * indexed on first use, so unused parts of a large matrix cost nothing.
 */
export const readMatrix = ({ names, scopes }: EffectiveMatrix): MatrixReader => {
  let indices: Map<string, number> | undefined
  const laidOut = new Map<string, Int32Array>()

  /** Returns the version of each name in a scope, 0 for none. */
  const versionsOf = (scope: EffectiveMatrix['scopes'][number]): Int32Array => {
    const known = laidOut.get(scope.id)
    if (known) return known
    const versions = new Int32Array(names.length)
    forEachSecret(scope, (index, version) => {
      versions[index] = version
    })
    laidOut.set(scope.id, versions)
    return versions
  }

  const pair = ({ projectId, clusterId }: Pair): MatrixPair => {
    const isOfPair = {
      team: () => true,
      cluster: (id: string) => id === clusterId,
      project: (id: string) => id === projectId,
    }
    const searched = scopeKinds
      .toReversed()
      .flatMap((kind) => scopes.filter((scope) => scope.kind === kind && isOfPair[kind](scope.id)))
    const holdersOf = (index: number): Holder[] =>
      searched.flatMap((scope) => {
        const { kind, id, name } = scope
        const version = versionsOf(scope)[index]
        return version ? [{ kind, id, name, version }] : []
      })
    return {
      explain: (index) => {
        const { winner = null, overridden = [] } = decide(holdersOf(index)) ?? {}
        const places = searched.map(({ kind, id, name }) => ({ kind, id, name }))
        return { name: names[index] ?? '', searched: places, winner, overridden }
      },
      decision: (index) => {
        let set = 0
        for (const scope of searched) if (versionsOf(scope)[index]) set |= 1 << scopeKinds.indexOf(scope.kind)
        return decisions[set]
      },
    }
  }

  return {
    names,
    indexOf: (name) => {
      indices ??= new Map(names.map((known, index) => [known, index]))
      return indices.get(name)
    },
    scopes,
    pair,
  }
}

/** Explains a name as the server does. A name that is not in the matrix is not set anywhere. */
export const explanationFromMatrix = (reader: MatrixReader, name: string, pair: Pair): Explanation => ({
  ...reader.pair(pair).explain(reader.indexOf(name) ?? -1),
  name,
})
