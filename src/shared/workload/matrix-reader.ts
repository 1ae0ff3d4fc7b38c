import { type Decision, decide } from '#shared/effective.ts'
import { type ScopeKind, scopeKinds } from '#shared/scope.ts'
import type { EffectiveMatrix, Explanation, Holder, Pair } from './workload.ts'

/** What a world says about one pair. A name is given by its index in the world's names. */
export type MatrixPair = {
  explain: (index: number) => Explanation
  /** The kinds of scopes that win and lose, for looking at very many names. */
  decision: (index: number) => Decision<{ kind: ScopeKind }> | undefined
}

export type MatrixReader = {
  names: readonly string[]
  /** `undefined` for a name that the world does not have: it is set nowhere. */
  indexOf: (name: string) => number | undefined
  scopes: EffectiveMatrix['scopes']
  pair: (pair: Pair) => MatrixPair
}

/** Calls `see` with the index of each name that a scope has, and its version there. */
export const forEachSecret = (
  { secrets }: Pick<EffectiveMatrix['scopes'][number], 'secrets'>,
  see: (index: number, version: number) => void,
): void => {
  for (let at = 0; at + 1 < secrets.length; at += 2) see(secrets[at] ?? 0, secrets[at + 1] ?? 0)
}

/** What is decided for each set of kinds, one bit a kind: of a name, there is nothing else to decide by. */
const decisions = Array.from({ length: 2 ** scopeKinds.length }, (_, set) =>
  decide(scopeKinds.flatMap((kind, bit) => (set & (1 << bit) ? [{ kind }] : []))),
)

/**
 * Reads single pairs out of a world: the same as the server explains, by the same {@link decide}. What a scope has is
 * laid out when it is first asked for, so that a large world costs no more than what is looked at.
 */
export const readMatrix = ({ names, scopes }: EffectiveMatrix): MatrixReader => {
  let indices: Map<string, number> | undefined
  const laidOut = new Map<string, Int32Array>()

  /** The version that a scope has of each name, 0 for none. */
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

/** Explains a name from a world, as the server would; one that the world does not have is set nowhere. */
export const explanationFromMatrix = (reader: MatrixReader, name: string, pair: Pair): Explanation => ({
  ...reader.pair(pair).explain(reader.indexOf(name) ?? -1),
  name,
})
