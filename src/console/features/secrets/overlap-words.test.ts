import { describe, expect, it } from 'vitest'
import type { Overlap } from '#shared/secret.ts'
import { overlapWords } from './overlap-words.ts'

const scopes = (...names: string[]) => names.map((name) => ({ id: name, name }))
const said = (...[own, overlap]: Parameters<typeof overlapWords>) => {
  const { verb, scopes, rest } = overlapWords(own, overlap)
  return `${verb} ${scopes}${rest}`
}
const projects = (count: number, ...names: string[]): Overlap => ({
  relation: 'overriddenBy',
  kind: 'project',
  count,
  examples: scopes(...names),
})

describe('the words for an overlap', () => {
  it('say that this scope overrides the team', () => {
    expect(said('project', { relation: 'overrides', kind: 'team', count: 1, examples: scopes('Gradient Next') })).toBe(
      'overrides team',
    )
  })

  it('name the only project that overrides', () => {
    expect(said('team', projects(1, 'web'))).toBe('overridden by project web')
  })

  it('name all of a few scopes, and the first of many', () => {
    expect(said('team', projects(3, 'web', 'api', 'batch'))).toBe('overridden by 3 projects: web, api and batch')
    expect(said('team', projects(12, 'web', 'api', 'batch'))).toBe(
      'overridden by 12 projects: web, api, batch and 9 more',
    )
  })

  it('limit an overlap between project and cluster to where both apply', () => {
    const cluster: Overlap = { relation: 'overrides', kind: 'cluster', count: 1, examples: scopes('gpu-1') }
    expect(said('project', cluster)).toBe('overrides cluster gpu-1 where both apply')
    expect(said('cluster', projects(2, 'web', 'api'))).toBe('overridden by 2 projects: web and api where both apply')
  })
})
