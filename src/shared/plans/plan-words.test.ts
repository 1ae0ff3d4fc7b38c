import { describe, expect, it } from 'vitest'
import type { Holder } from '#shared/workload/workload.ts'
import type { Plan } from './plan.ts'
import { affectedWords, afterUseWords, examplesOf, outcomeWords, placesWords } from './plan-words.ts'

const team: Holder = { kind: 'team', id: 'te1', name: 'Next', version: 1 }
const gpu: Holder = { kind: 'cluster', id: 'cl1', name: 'gpu-1', version: 1 }
const web: Holder = { kind: 'project', id: 'pr1', name: 'web', version: 2 }
const named = ({ id, name }: Holder) => ({ id, name })
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
const use = {
  at: '2026-05-20T10:00:00.000Z',
  version: 2,
  key: { id: 'ak1', name: 'trainer' },
  by: { id: 'us1', name: 'Ada' },
}

describe('the summary of a change', () => {
  it('names some pairs, all pairs, or every workload for a single pair', () => {
    const outcomes = [{ before: web, after: team, pairs: 4 }]
    expect(affectedWords(planOf({ affected: 4, outcomes }))).toBe(
      '4 of 12 pairs of project and cluster get another value.',
    )
    expect(affectedWords(planOf({ affected: 1, change: 'edit' }))).toBe(
      '1 of 12 pairs of project and cluster gets the new value.',
    )
    expect(affectedWords(planOf({ affected: 1200, pairs: 1200, change: 'set' }))).toBe(
      'All 1,200 pairs of project and cluster get this value.',
    )
    expect(affectedWords(planOf({ affected: 1, pairs: 1, change: 'set' }))).toBe('Every workload gets this value.')
  })

  it('reports lost values, and no affected pairs', () => {
    const outcomes = [{ before: team, after: null, pairs: 12 }]
    expect(affectedWords(planOf({ affected: 12, outcomes }))).toBe(
      'All 12 pairs of project and cluster get nothing any more.',
    )
    expect(affectedWords(planOf({ change: 'renameScope' }))).toBe('No workload gets another value.')
  })

  it('counts the secrets that are deleted with a project or cluster', () => {
    const gone = (secrets: number) => affectedWords(planOf({ change: 'deleteScope', secrets, affected: 4 }))
    expect(gone(0)).toBe('No secrets are deleted with it. Workloads that name it will not start.')
    expect(gone(1)).toContain('1 secret is deleted')
    expect(gone(2000)).toContain('2,000 secrets are deleted')
  })
})

describe('the description of an outcome', () => {
  it('names the fallback scope, or none', () => {
    expect(outcomeWords({ before: web, after: team, pairs: 3 })).toBe('3 pairs will use the team’s value.')
    expect(outcomeWords({ before: web, after: gpu, pairs: 1 })).toBe('1 pair will use the value of cluster gpu-1.')
    expect(outcomeWords({ before: team, after: null, pairs: 3 })).toBe(
      '3 pairs will get nothing for this name: workloads that refer to it will not start.',
    )
  })

  it('names the overridden scope, and a new value', () => {
    expect(outcomeWords({ before: team, after: web, pairs: 4 })).toBe(
      '4 pairs will get this value instead of the team’s value.',
    )
    expect(outcomeWords({ before: null, after: web, pairs: 2 })).toBe('2 pairs will get this value, and had none.')
    expect(outcomeWords({ before: web, after: { ...web, version: 3 }, pairs: 2 })).toBe(
      '2 pairs will get the new value.',
    )
  })

  it('names a single pair', () => {
    const outcome = { before: web, after: team, pairs: 1 }
    const words = (project: Holder | null, cluster: Holder | null) =>
      outcomeWords(outcome, [{ project: project && named(project), cluster: cluster && named(cluster) }])
    expect(words(web, gpu)).toBe('Project web on cluster gpu-1 will use the team’s value.')
    expect(words(web, null)).toBe('Project web without cluster will use the team’s value.')
    expect(words(null, gpu)).toBe('Cluster gpu-1 without project will use the team’s value.')
    expect(words(null, null)).toBe('Workloads without project or cluster will use the team’s value.')
  })

  it('selects examples by their winners before and after', () => {
    const examples = [
      { project: named(web), cluster: null, before: web, after: team },
      { project: named(web), cluster: named(gpu), before: web, after: gpu },
    ]
    expect(examplesOf(planOf({ examples }), { before: web, after: gpu, pairs: 1 })).toEqual([examples[1]])
  })
})

describe('the list of examples', () => {
  it('names a shared scope once, and counts the rest', () => {
    const onClusters = [null, cluster('a'), cluster('b')].map((cluster) => ({ project: named(web), cluster }))
    expect(placesWords(onClusters, 3)).toBe('project web without cluster, on cluster a, on cluster b')
    expect(placesWords(onClusters, 1015)).toBe('project web without cluster, on cluster a, on cluster b and 1,012 more')
    const inProjects = [null, web].map((project) => ({ project: project && named(project), cluster: named(gpu) }))
    expect(placesWords(inProjects, 2)).toBe('cluster gpu-1 without project, in project web')
  })

  it('names each pair without a shared scope', () => {
    const places = [
      { project: null, cluster: null },
      { project: named(web), cluster: null },
    ]
    expect(placesWords(places, 2)).toBe('workloads without project or cluster, project web without cluster')
  })
})

describe('the value of a use after the change', () => {
  const there = { ...use, project: named(web), cluster: null }

  it('is named when it is known and differs', () => {
    const toTeam = { before: web, after: team, pairs: 3 }
    const toGpu = { before: web, after: gpu, pairs: 1 }
    expect(afterUseWords(planOf({ outcomes: [toTeam] }), there)).toBe('the team’s value')
    expect(afterUseWords(planOf({ outcomes: [{ ...toTeam, after: null }] }), there)).toBe('nothing')
    const example = { project: named(web), cluster: null, before: web, after: gpu }
    const both = planOf({ outcomes: [toTeam, toGpu], examples: [example] })
    expect(afterUseWords(both, there)).toBe('the value of cluster gpu-1')
    expect(afterUseWords(both, { ...there, cluster: named(gpu) })).toBeUndefined()
    expect(afterUseWords(planOf({ outcomes: [{ ...toTeam, after: web }] }), there)).toBeUndefined()
  })
})
