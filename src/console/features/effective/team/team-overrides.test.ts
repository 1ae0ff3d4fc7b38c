import { expect, it } from 'vitest'
import type { EffectiveMatrix } from '#shared/workload/workload.ts'
import { filterTeamNames, teamNames } from './team-overrides.ts'

const names = ['A', 'B', 'C', 'ELSEWHERE']
const project = (at: number, secrets: number[]) =>
  ({ kind: 'project', id: `pr${at}`, name: `project ${at}`, secrets }) as const
const scopes: EffectiveMatrix['scopes'] = [
  { kind: 'cluster', id: 'cl1', name: 'gpu-1', secrets: [0, 1, 3, 1] },
  ...[1, 2, 3, 4].map((at) => project(at, at === 1 ? [0, 1, 1, 2] : [0, 1])),
  { kind: 'team', id: 'te1', name: 'Next', secrets: [0, 1, 1, 1, 2, 1] },
]
const all = teamNames({ names, scopes })
const kept = (filter: Partial<Parameters<typeof filterTeamNames>[1]>) =>
  filterTeamNames(all, { q: '', scope: '', overridden: false, ...filter }).map(({ name }) => name)

it('lists for each name how many scopes of each kind override it, projects first, with examples', () => {
  expect(all.map(({ name }) => name)).toEqual(['A', 'B', 'C'])
  expect(all[0]?.overriddenBy).toMatchObject([
    { kind: 'project', count: 4, examples: [{ id: 'pr1' }, { id: 'pr2' }, { id: 'pr3' }] },
    { kind: 'cluster', count: 1, examples: [{ id: 'cl1', name: 'gpu-1' }] },
  ])
  expect(all[2]?.overriddenBy).toEqual([])
})

it('filters by name, by the kind of scope that overrides, and by whether any does', () => {
  expect(kept({ q: 'b' })).toEqual(['B'])
  expect(kept({ scope: 'cluster' })).toEqual(['A'])
  expect(kept({ scope: 'project' })).toEqual(['A', 'B'])
  expect(kept({ overridden: true })).toEqual(['A', 'B'])
})
