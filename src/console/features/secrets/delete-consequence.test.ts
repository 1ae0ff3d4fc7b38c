import { describe, expect, it } from 'vitest'
import type { ScopeKind } from '#shared/scope.ts'
import type { Overlap } from '#shared/secret.ts'
import { deleteConsequence } from './delete-consequence.ts'

const overlap = (kind: ScopeKind, count: number, ...names: string[]): Overlap => ({
  relation: kind === 'team' ? 'overrides' : 'overriddenBy',
  kind,
  count,
  examples: names.map((name) => ({ id: name, name })),
})
const team = overlap('team', 1, 'Gradient Next')

describe('what a deletion leads to, in words', () => {
  it('is nothing found where no other scope has the name', () => {
    expect(deleteConsequence('team', [])).toBe('Workloads in this team will no longer find it.')
    expect(deleteConsequence('cluster', [])).toBe('Workloads on this cluster will then no longer find it.')
    expect(deleteConsequence('project', [])).toBe('Workloads in this project will then no longer find it.')
  })

  it('is the team’s value where the team has one', () => {
    expect(deleteConsequence('cluster', [team])).toBe('Workloads on this cluster will then get the team’s value.')
    expect(deleteConsequence('project', [team])).toBe('Workloads in this project will then get the team’s value.')
  })

  it('leaves those alone that override it', () => {
    expect(deleteConsequence('team', [overlap('project', 12, 'web', 'api', 'batch')])).toBe(
      'Workloads in this team will no longer find it, save those that have it from one of 12 projects (web, api, batch and 9 more).',
    )
    expect(deleteConsequence('cluster', [team, overlap('project', 1, 'web')])).toBe(
      'Workloads on this cluster will then get the team’s value, save those that have it from project web.',
    )
  })

  it('depends on the cluster where one has the name that a project overrides', () => {
    const gpu: Overlap = { ...overlap('cluster', 1, 'gpu-1'), relation: 'overrides' }
    expect(deleteConsequence('project', [team, gpu])).toBe(
      'Workloads in this project will then get the value of cluster gpu-1 where they run there, and the team’s value elsewhere.',
    )
    expect(deleteConsequence('project', [gpu])).toContain('and no longer find it elsewhere')
  })
})
