import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide, rank } from '#shared/effective.ts'
import type { ScopeKind } from '#shared/scope.ts'
import { propertyRuns } from '#shared/testing/property-runs.ts'
import type { EffectiveWorld, Pair } from './workload.ts'
import { explanationFromWorld, readWorld } from './world-reader.ts'

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
/** Scopes in any order: a reader must not depend on it. */
const worlds: fc.Arbitrary<EffectiveWorld> = fc.record({
  names: fc.constant(names),
  scopes: fc
    .tuple(...scopes('team', 1), ...scopes('cluster', 2), ...scopes('project', 2))
    .chain((all) => fc.shuffledSubarray(all, { minLength: all.length })),
})
const pairs: fc.Arbitrary<Pair> = fc.record(
  { projectId: fc.constantFrom('project0', 'project1'), clusterId: fc.constantFrom('cluster0', 'cluster1') },
  { requiredKeys: [] },
)

/** What the precedence says of the scopes of a pair, found the plain way. */
const plainly = (world: EffectiveWorld, name: string, pair: Pair) => {
  const searched = world.scopes
    .filter(({ kind, id }) => kind === 'team' || id === pair.projectId || id === pair.clusterId)
    .toSorted((one, other) => rank(other.kind) - rank(one.kind))
  const holders = searched.flatMap(({ secrets, ...scope }) =>
    secrets.flatMap((version, at) =>
      at % 2 === 1 && world.names[secrets[at - 1] ?? -1] === name ? [{ ...scope, version }] : [],
    ),
  )
  return { searched: searched.map(({ secrets: _, ...scope }) => scope), decision: decide(holders) }
}

/** An expectation takes ten times as long as to see that there is nothing to tell. */
const expectSame = (actual: unknown, expected: unknown): void => {
  if (!isDeepStrictEqual(actual, expected)) expect(actual).toStrictEqual(expected)
}

describe('a world', () => {
  it('explains every pair as the precedence decides it, in random worlds', () => {
    fc.assert(
      fc.property(worlds, fc.constantFrom(...names), pairs, (world, name, pair) => {
        const { searched, decision } = plainly(world, name, pair)
        expectSame(explanationFromWorld(readWorld(world), name, pair), {
          name,
          searched,
          winner: decision?.winner ?? null,
          overridden: decision?.overridden ?? [],
        })
      }),
      { numRuns: propertyRuns() },
    )
  })

  it('tells the kinds of what wins and loses as it explains them, in random worlds', () => {
    fc.assert(
      fc.property(worlds, fc.nat(names.length - 1), pairs, (world, index, pair) => {
        const { explain, decision } = readWorld(world).pair(pair)
        const { winner, overridden } = explain(index)
        expectSame(
          decision(index),
          winner ? { winner: { kind: winner.kind }, overridden: overridden.map(({ kind }) => ({ kind })) } : undefined,
        )
      }),
      { numRuns: propertyRuns() },
    )
  })

  it('says of a name that it does not have that it is set nowhere', () => {
    const team = { kind: 'team', id: 'te1', name: 'Next' } as const
    const reader = readWorld({ names: ['A'], scopes: [{ ...team, secrets: [0, 1] }] })
    expect(explanationFromWorld(reader, 'B', {})).toEqual({ name: 'B', searched: [team], winner: null, overridden: [] })
  })
})
