import { expect, it } from 'vitest'
import { explanationLines } from './explanation-lines.ts'
import type { Holder } from './workload.ts'

const team = { kind: 'team', id: 'te1', name: 'Next' } as const
const cluster = { kind: 'cluster', id: 'cl1', name: 'gpu-1' } as const
const project = { kind: 'project', id: 'pr1', name: 'web' } as const
const held = (scope: Omit<Holder, 'version'>, version: number): Holder => ({ ...scope, version })

it('prints the winner, the overridden and the empty scopes in aligned columns', () => {
  const explanation = {
    name: 'DB_PASSWORD',
    searched: [project, cluster, team],
    winner: held(project, 3),
    overridden: [held(cluster, 12)],
  }
  expect(explanationLines(explanation)).toEqual([
    'DB_PASSWORD in project web on cluster gpu-1',
    '  project web     version 3    wins',
    '  cluster gpu-1   version 12   overridden',
    '  team Next       not set',
  ])
})

it('prints a name that no scope has', () => {
  expect(explanationLines({ name: 'A', searched: [cluster, team], winner: null, overridden: [] })).toEqual([
    'A on cluster gpu-1',
    '  cluster gpu-1   not set',
    '  team Next       not set',
  ])
})

it('names the team without project and cluster', () => {
  expect(explanationLines({ name: 'A', searched: [team], winner: held(team, 1), overridden: [] })).toEqual([
    'A in team Next',
    '  team Next   version 1   wins',
  ])
})

it('distinguishes scopes of the same name', () => {
  const twin = { ...cluster, name: 'web' }
  const lines = explanationLines({
    name: 'A',
    searched: [project, twin],
    winner: held(twin, 2),
    overridden: [],
  })
  expect(lines.slice(1)).toEqual(['  project web   not set', '  cluster web   version 2   wins'])
})

it('counts characters outside the basic plane as one', () => {
  const odd = { ...project, name: '𝒲eb' }
  const lines = explanationLines({ name: 'A', searched: [odd, cluster], winner: held(odd, 1), overridden: [] })
  expect(lines.slice(1)).toEqual(['  project 𝒲eb     version 1   wins', '  cluster gpu-1   not set'])
})
