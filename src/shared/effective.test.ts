import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { propertyRuns } from '#shared/testing/property-runs.ts'
import { decide } from './effective.ts'
import type { ScopeKind } from './scope.ts'

/** The names of each scope of a pair, with their values. */
type Held = Record<ScopeKind, Record<string, number>>

const names = ['A', 'B', 'C', 'D']
const values = fc.dictionary(fc.constantFrom(...names), fc.nat(9))
const cases: fc.Arbitrary<Held> = fc.record({ team: values, cluster: values, project: values })

const holdersOf = (held: Held, name: string) =>
  (['cluster', 'project', 'team'] as const).flatMap((kind) => {
    const value = held[kind][name]
    return value === undefined ? [] : [{ kind, value }]
  })

describe('the precedence', () => {
  it('gives what merging the three dictionaries gives, the project last', () => {
    fc.assert(
      fc.property(cases, (held) => {
        const merged = { ...held.team, ...held.cluster, ...held.project }
        for (const name of names) {
          const decision = decide(holdersOf(held, name))
          if (decision?.winner.value !== merged[name]) return false
        }
        return true
      }),
      { numRuns: propertyRuns() },
    )
  })

  it('returns everything that is overridden, strongest first', () => {
    const [team, cluster, project] = [{ kind: 'team' }, { kind: 'cluster' }, { kind: 'project' }] as const
    expect(decide([team, project, cluster])).toEqual({ winner: project, overridden: [cluster, team] })
    expect(decide([team, cluster])).toEqual({ winner: cluster, overridden: [team] })
    expect(decide([team])).toEqual({ winner: team, overridden: [] })
  })

  it('returns undefined without holders', () => {
    expect(decide([])).toBeUndefined()
  })
})
