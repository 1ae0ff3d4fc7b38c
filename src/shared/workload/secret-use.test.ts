import { expect, it } from 'vitest'
import { describeUse, usedByWords } from './secret-use.ts'

const web = { id: 'pr1', name: 'web' }
const gpu = { id: 'cl1', name: 'gpu-1' }
const use = {
  at: '2026-05-20T10:00:00.000Z',
  version: 2,
  key: { id: 'ak1', name: 'trainer' },
  by: { id: 'us1', name: 'Ada' },
  project: web,
  cluster: null,
}

it('describes a use by time, key and place', () => {
  expect(describeUse(use, Date.parse('2026-05-20T12:00:00.000Z'))).toBe('Used 2 h ago by key trainer in project web')
  expect(usedByWords({ ...use, cluster: gpu })).toBe('by key trainer in project web on cluster gpu-1')
  expect(usedByWords({ ...use, project: null, cluster: gpu })).toBe('by key trainer on cluster gpu-1')
  expect(usedByWords({ ...use, project: null })).toBe('by key trainer')
})
