import { expect, test } from 'vitest'
import { childEnvironment, preservedCheck } from './child-environment.ts'

const own = { PAPERSPACE_API_KEY: 'mine', PAPERSPACE_CONFIG_HOST: 'mine' }

test('the child gets the existing environment without variables of this program, and the injected variables', () => {
  expect(childEnvironment({ ...own, A: 'a', B: 'b', C: undefined }, { B: 'x', D: '' })).toEqual({
    A: 'a',
    B: 'x',
    D: '',
  })
})

test('a secret may have the name of a variable of this program', () => {
  expect(childEnvironment(own, { PAPERSPACE_API_KEY: 'for the workload' })).toEqual({
    PAPERSPACE_API_KEY: 'for the workload',
  })
})

test('a variable may be called __proto__', () => {
  const environment = childEnvironment({}, Object.fromEntries([['__proto__', 'x']]))
  expect(Object.entries(environment)).toEqual([['__proto__', 'x']])
})

test('existing variables are preserved: all, the named ones, or none', () => {
  const existing = { ...own, A: 'a', B: '', C: undefined }
  const names = ['A', 'B', 'C', 'toString', ...Object.keys(own)]
  expect(names.filter(preservedCheck(existing, true))).toEqual(['A', 'B'])
  expect(names.filter(preservedCheck(existing, ['B', 'C', 'PAPERSPACE_API_KEY']))).toEqual(['B'])
  expect(names.filter(preservedCheck(existing, false))).toEqual([])
})
