import { expect, test } from 'vitest'
import { childEnvironment, ownVariables, preservedCheck } from './child-environment.ts'

const own = Object.fromEntries(ownVariables.map((name) => [name, 'mine']))

test('an environment is the one there is, without what belongs to this program, and with what is injected', () => {
  expect(childEnvironment({ ...own, A: 'a', B: 'b', C: undefined }, { B: 'x', D: '' })).toEqual({
    A: 'a',
    B: 'x',
    D: '',
  })
})

test('a secret may have the name of what belongs to this program', () => {
  expect(childEnvironment(own, { PAPERSPACE_API_KEY: 'for the workload' })).toEqual({
    PAPERSPACE_API_KEY: 'for the workload',
  })
})

test('a variable may be called __proto__', () => {
  const environment = childEnvironment({}, Object.fromEntries([['__proto__', 'x']]))
  expect(Object.entries(environment)).toEqual([['__proto__', 'x']])
})

test('what is preserved is what exists: everything, what is named, or nothing', () => {
  const existing = { ...own, A: 'a', B: '', C: undefined }
  const names = ['A', 'B', 'C', 'toString', ...ownVariables]
  expect(names.filter(preservedCheck(existing, true))).toEqual(['A', 'B'])
  expect(names.filter(preservedCheck(existing, ['B', 'C', 'PAPERSPACE_API_KEY']))).toEqual(['B'])
  expect(names.filter(preservedCheck(existing, false))).toEqual([])
})
