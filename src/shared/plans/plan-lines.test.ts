import { expect, it } from 'vitest'
import type { Holder } from '#shared/workload/workload.ts'
import type { Plan } from './plan.ts'
import { planLines } from './plan-lines.ts'

const team: Holder = { kind: 'team', id: 'te1', name: 'Next', version: 1 }
const web: Holder = { kind: 'project', id: 'pr1', name: 'web', version: 2 }
const named = ({ id, name }: Holder) => ({ id, name })
const now = Date.parse('2026-05-20T12:00:00.000Z')
const use = (key: string, hoursAgo: number) => ({
  at: new Date(now - hoursAgo * 3_600_000).toISOString(),
  version: 2,
  key: { id: key, name: key },
  by: { id: 'us1', name: 'Ada' },
  project: named(web),
  cluster: null,
  secret: 'DB_PASSWORD',
})
const cluster = (name: string) => ({ id: `cl-${name}`, name })
const planOf = (some: Partial<Plan>): Plan => ({
  hash: '',
  change: 'delete',
  secret: null,
  secrets: 1,
  affected: 0,
  pairs: 12,
  outcomes: [],
  examples: [],
  uses: [],
  usesTotal: 0,
  ...some,
})

it('describes the affected pairs, the outcomes and the uses', () => {
  const places = ['a', 'b', 'c', 'd'].map((name) => ({ project: named(web), cluster: cluster(name) }))
  const lines = planLines(
    planOf({
      affected: 5,
      outcomes: [
        { before: web, after: team, pairs: 4 },
        { before: web, after: null, pairs: 1 },
      ],
      examples: [
        ...places.map((place) => ({ ...place, before: web, after: team })),
        { project: named(web), cluster: null, before: web, after: null },
      ],
      uses: [use('trainer', 2), use('server', 3), use('batch', 5), use('old', 30)],
      usesTotal: 7,
    }),
    now,
  )
  expect(lines).toEqual([
    '5 of 12 pairs of project and cluster get another value.',
    '4 pairs will use the team’s value. They are project web on cluster a, on cluster b, on cluster c and 1 more.',
    'Project web without cluster will get nothing for this name: workloads that refer to it will not start.',
    'Used 2 h ago by key trainer in project web.',
    'Used 3 h ago by key server in project web.',
    'Used 5 h ago by key batch in project web.',
    'And 4 more uses in the past 30 days.',
  ])
})

it('reports no uses, except for a new secret', () => {
  expect(planLines(planOf({}), now)).toEqual(['No workload gets another value.', 'Not used in the past 30 days.'])
  expect(planLines(planOf({ change: 'set' }), now)).toEqual(['No workload gets another value.'])
})

it('names the used secrets of a deleted project', () => {
  const lines = planLines(planOf({ change: 'deleteScope', secrets: 3, uses: [use('trainer', 2)], usesTotal: 2 }), now)
  expect(lines.slice(1)).toEqual([
    'Used 2 h ago by key trainer in project web: DB_PASSWORD.',
    'And 1 more use in the past 30 days.',
  ])
})

it('counts what it does not list', () => {
  const outcomes = Array.from({ length: 7 }, (_, at) => ({ before: { ...web, id: `pr${at}` }, after: team, pairs: 2 }))
  expect(planLines(planOf({ affected: 14, outcomes }), now)).toContain('And 2 more outcomes.')
})
