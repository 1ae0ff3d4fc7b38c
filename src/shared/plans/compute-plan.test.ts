import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decide } from '#shared/effective.ts'
import type { ScopeKind } from '#shared/scope.ts'
import { propertyRuns } from '#shared/testing/property-runs.ts'
import type { Holder } from '#shared/workload/workload.ts'
import { planOfScope, planOfSecret, planText, type SecretChange, type SecretContext } from './compute-plan.ts'
import { planExamples } from './plan.ts'

type Place = { kind: ScopeKind; id: string; name: string; version?: number | undefined }

const secretOf = (version: number) => ({
  name: 'A',
  version,
  dtCreated: '2026-01-01T00:00:00.000Z',
  dtModified: '2026-01-01T00:00:00.000Z',
  setBy: { id: 'us1', name: 'Ada' },
  etag: `"${version}"`,
})

/** The version of a name in each scope of a team, `undefined` where it is not set. */
type Versions = { team: number | undefined; projects: (number | undefined)[]; clusters: (number | undefined)[] }

const placesOf = ({ team, projects, clusters }: Versions): Place[] => [
  { kind: 'team', id: 'te', name: 'Team', version: team },
  ...projects.map((version, at) => ({ kind: 'project' as const, id: `pr${at}`, name: `web ${at}`, version })),
  ...clusters.map((version, at) => ({ kind: 'cluster' as const, id: `cl${at}`, name: `gpu ${at}`, version })),
]

const holdersOf = (places: readonly Place[]): Holder[] =>
  places.flatMap(({ version, ...place }) => (version === undefined ? [] : [{ ...place, version }]))

/** Returns a change in one of the scopes, as input of the tested function. */
const given = (versions: Versions, at: number, deletes: boolean): { about: SecretChange; context: SecretContext } => {
  const places = placesOf(versions)
  const { version, ...scope } = places[at % places.length] as Place
  const secret = version === undefined ? null : secretOf(version)
  const named = (kind: ScopeKind) => places.filter((one) => one.kind === kind).map(({ id, name }) => ({ id, name }))
  return {
    about: { change: !secret ? 'set' : deletes ? 'delete' : 'edit', scope, name: 'A', secret },
    context: {
      others: holdersOf(places).filter(({ kind }) => kind !== scope.kind),
      counts: { project: versions.projects.length, cluster: versions.clusters.length },
      first: { project: named('project'), cluster: named('cluster') },
    },
  }
}

/** Returns what each pair gets before and after, computed one by one. */
const enumerated = (versions: Versions, { change, scope, secret }: SecretChange) => {
  const before = placesOf(versions)
  const version = change === 'delete' ? undefined : (secret?.version ?? 0) + 1
  const after = before.map((place) => (place.id === scope.id ? { ...place, version } : place))
  const of = (places: Place[], kind: ScopeKind) => places.filter((place) => place.kind === kind)
  const winner = (places: Place[], project: Place | null, cluster: Place | null) => {
    const ids = ['te', project?.id, cluster?.id]
    return decide(holdersOf(places).filter(({ id }) => ids.includes(id)))?.winner ?? null
  }
  return [null, ...of(before, 'project')].flatMap((project) =>
    [null, ...of(before, 'cluster')].map((cluster) => ({
      project: project && { id: project.id, name: project.name },
      cluster: cluster && { id: cluster.id, name: cluster.name },
      before: winner(before, project, cluster),
      after: winner(after, project, cluster),
    })),
  )
}

const version = fc.option(fc.integer({ min: 1, max: 2 }), { nil: undefined })
const versions: fc.Arbitrary<Versions> = fc.record({
  team: version,
  projects: fc.array(version, { maxLength: 3 }),
  clusters: fc.array(version, { maxLength: 3 }),
})

describe('the plan of a change of a secret', () => {
  it('equals the result of visiting every pair', () => {
    fc.assert(
      fc.property(versions, fc.nat(10), fc.boolean(), (versions, at, deletes) => {
        const { about, context } = given(versions, at, deletes)
        const all = enumerated(versions, about)
        const affected = all.filter(({ before, after }) => JSON.stringify(before) !== JSON.stringify(after))
        const groups = Map.groupBy(affected, ({ before, after }) => JSON.stringify({ before, after }))
        const plan = planOfSecret(about, context)
        const outcomes = plan.outcomes.map(({ pairs, ...outcome }) => [JSON.stringify(outcome), pairs])
        return (
          plan.pairs === all.length &&
          plan.affected === affected.length &&
          JSON.stringify(plan.examples) === JSON.stringify(affected.slice(0, planExamples)) &&
          plan.outcomes.every(({ pairs }, at) => pairs <= (plan.outcomes[at - 1]?.pairs ?? pairs)) &&
          JSON.stringify(outcomes.toSorted()) ===
            JSON.stringify([...groups].map(([key, { length }]) => [key, length]).toSorted())
        )
      }),
      { numRuns: propertyRuns() },
    )
  })

  it('lists at most the maximum of outcomes and examples, largest and first, and counts all', () => {
    const clusters = Array.from({ length: 30 }, () => 1)
    const { about, context } = given({ team: 1, projects: [1], clusters: [...clusters, undefined] }, 1, true)
    const { affected, pairs, outcomes, examples } = planOfSecret(about, context)
    expect([affected, pairs, outcomes.length, examples.length]).toEqual([32, 64, planExamples, planExamples])
    expect(outcomes[0]).toMatchObject({ pairs: 2, after: { kind: 'team' } })
    expect(examples.map(({ cluster }) => cluster?.name).slice(0, 3)).toEqual([undefined, 'gpu 0', 'gpu 1'])
  })

  it('does not depend on the order of scopes', () => {
    const { about, context } = given({ team: 1, projects: [1, 2], clusters: [1, 2, 1] }, 1, true)
    const turned = { ...context, others: context.others.toReversed() }
    expect(planOfSecret(about, turned)).toEqual(planOfSecret(about, context))
  })

  it('counts 10,000 projects on 50 clusters where half have the name', () => {
    const half = (length: number) => Array.from({ length }, (_, at) => (at % 2 ? 1 : undefined))
    const { about, context } = given({ team: 1, projects: half(10_000), clusters: half(50) }, 0, true)
    expect(planOfSecret(about, context)).toMatchObject({ affected: 5001 * 26, pairs: 10_001 * 51 })
  })
})

describe('the plan of a change of a scope', () => {
  const counts = { project: 3, cluster: 5 }
  const scope = { kind: 'project', id: 'pr0', name: 'web' } as const

  it('counts the pairs and secrets that are deleted with it', () => {
    const about = { change: 'deleteScope', scope, secrets: 7, revision: 9 } as const
    expect(planOfScope(about, counts)).toMatchObject({ secrets: 7, affected: 6, pairs: 24, outcomes: [], examples: [] })
    const cluster = { ...about, scope: { kind: 'cluster', id: 'cl0', name: 'gpu' } as const }
    expect(planOfScope(cluster, counts)).toMatchObject({ affected: 4, pairs: 24 })
  })

  it('changes no winner when it is renamed', () => {
    const about = { change: 'renameScope', scope } as const
    expect(planOfScope(about, counts)).toMatchObject({ secrets: 0, affected: 0, pairs: 24 })
  })
})

describe('the text of a plan', () => {
  const draft = planOfScope(
    { change: 'renameScope', scope: { kind: 'cluster', id: 'cl0', name: 'gpu' } },
    { project: 0, cluster: 1 },
  )

  it('does not depend on the order of fields', () => {
    const turned = Object.fromEntries(Object.entries(draft).toReversed()) as typeof draft
    expect(planText(turned, { b: [{ d: 1, c: 2 }], a: null })).toBe(planText(draft, { a: null, b: [{ c: 2, d: 1 }] }))
  })

  it('changes with every field', () => {
    expect(planText({ ...draft, pairs: 3 }, {})).not.toBe(planText(draft, {}))
    expect(planText(draft, { a: [1, 2] })).not.toBe(planText(draft, { a: [2, 1] }))
  })
})
