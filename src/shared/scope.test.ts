import { describe, expect, it } from 'vitest'
import { relation } from './effective.ts'
import { clusterChange, label, newCluster, type ScopeKind } from './scope.ts'

describe('a label', () => {
  it('trims surrounding space', () => {
    expect(label.parse('  Diffusion · Finetune 🚀 ')).toBe('Diffusion · Finetune 🚀')
  })

  it.each(['', '   ', '\n', 'x'.repeat(101), 'two\nlines', 'bell\u0007', 'nul\0', '\ud800', 7, null])(
    'may not be %j',
    (text) => {
      expect(label.safeParse(text).success).toBe(false)
    },
  )

  it('may have 100 characters', () => {
    expect(label.safeParse('x'.repeat(100)).success).toBe(true)
  })
})

describe('a cluster', () => {
  it('has one of the listed types', () => {
    expect(newCluster.safeParse({ name: 'gpu', type: 'slurm' }).success).toBe(true)
    expect(newCluster.safeParse({ name: 'gpu', type: 'mainframe' }).success).toBe(false)
    expect(newCluster.safeParse({ name: 'gpu' }).success).toBe(false)
  })

  it('may be changed partially', () => {
    expect(clusterChange.parse({ type: 'vm' })).toEqual({ type: 'vm' })
  })
})

describe('precedence', () => {
  const pairs: [ScopeKind, ScopeKind][] = [
    ['project', 'cluster'],
    ['project', 'team'],
    ['cluster', 'team'],
  ]
  it.each(pairs)('lets a %s override a %s', (stronger, weaker) => {
    expect(relation(stronger, weaker)).toBe('overrides')
    expect(relation(weaker, stronger)).toBe('overriddenBy')
  })
})
