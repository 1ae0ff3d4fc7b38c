import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide, rank } from '#shared/effective.ts'
import type { ScopeKind } from '#shared/scope.ts'
import { propertyRuns } from '#shared/testing/property-runs.ts'
import { explanationFromMatrix, readMatrix } from './matrix-reader.ts'
import type { EffectiveMatrix, Pair } from './workload.ts'

const names = ['A', 'B', 'C', 'D']
const held = fc.uniqueArray(fc.tuple(fc.nat(names.length - 1), fc.integer({ min: 1, max: 9 })), {
  selector: ([index]) => index,
})
const scopes = (kind: ScopeKind, count: number) =>
  Array.from({ length: count }, (_, at) =>
    fc.record({
      kind: fc.constant(kind),
      id: fc.constant(`${kind}${at}`),
      name: fc.constant(`${kind} ${at}`),
      secrets: held.map((pairs) => pairs.flat()),
    }),
  )
/** Scopes in any order, which a reader must not depend on. */
const matrices: fc.Arbitrary<EffectiveMatrix> = fc.record({
  names: fc.constant(names),
  scopes: fc
    .tuple(...scopes('team', 1), ...scopes('cluster', 2), ...scopes('project', 2))
    .chain((all) => fc.shuffledSubarray(all, { minLength: all.length })),
})
const pairs: fc.Arbitrary<Pair> = fc.record(
  { projectId: fc.constantFrom('project0', 'project1'), clusterId: fc.constantFrom('cluster0', 'cluster1') },
  { requiredKeys: [] },
)

/** Returns the decision for a pair, computed in the simplest way. */
const plainly = (matrix: EffectiveMatrix, name: string, pair: Pair) => {
  const searched = matrix.scopes
    .filter(({ kind, id }) => kind === 'team' || id === pair.projectId || id === pair.clusterId)
    .toSorted((one, other) => rank(other.kind) - rank(one.kind))
  const holders = searched.flatMap(({ secrets, ...scope }) =>
    secrets.flatMap((version, at) =>
      at % 2 === 1 && matrix.names[secrets[at - 1] ?? -1] === name ? [{ ...scope, version }] : [],
    ),
  )
  return { searched: searched.map(({ secrets: _, ...scope }) => scope), decision: decide(holders) }
}

/** `expect` is ten times slower than the comparison, so it runs only on a difference. */
const expectSame = (actual: unknown, expected: unknown): void => {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toStrictEqual(expected)
}

describe('a matrix', () => {
  it('explains every pair as the precedence decides it', () => {
    fc.assert(
      fc.property(matrices, fc.constantFrom(...names), pairs, (matrix, name, pair) => {
        const { searched, decision } = plainly(matrix, name, pair)
        expectSame(explanationFromMatrix(readMatrix(matrix), name, pair), {
          name,
          searched,
          winner: decision?.winner ?? null,
          overridden: decision?.overridden ?? [],
        })
      }),
      { numRuns: propertyRuns() },
    )
  })

  it('returns the kinds of its explanation', () => {
    fc.assert(
      fc.property(matrices, fc.nat(names.length - 1), pairs, (matrix, index, pair) => {
        const { explain, decision } = readMatrix(matrix).pair(pair)
        const { winner, overridden } = explain(index)
        expectSame(
          decision(index),
          winner ? { winner: { kind: winner.kind }, overridden: overridden.map(({ kind }) => ({ kind })) } : undefined,
        )
      }),
      { numRuns: propertyRuns() },
    )
  })

  it('explains an unknown name as not set', () => {
    const team = { kind: 'team', id: 'te1', name: 'Next' } as const
    const reader = readMatrix({ names: ['A'], scopes: [{ ...team, secrets: [0, 1] }] })
    expect(explanationFromMatrix(reader, 'B', {})).toEqual({
      name: 'B',
      searched: [team],
      winner: null,
      overridden: [],
    })
  })
})
