import { expect, it } from 'vitest'
import { nameRule } from '#shared/secret.ts'
import { checkName } from './name-check.ts'

it('has nothing to say about an empty or a good name', () => {
  expect(checkName('')).toEqual({})
  expect(checkName('API_KEY')).toEqual({})
})

it('quotes the rule for a bad name and suggests the closest good one', () => {
  expect(checkName('my key')).toEqual({ problem: nameRule, suggestion: 'my_key' })
})

it('suggests nothing where nothing is left', () => {
  expect(checkName('!!!')).toEqual({ problem: nameRule })
})

it('warns of variables that steer the shell', () => {
  expect(checkName('LD_PRELOAD').warning).toContain('not injected under its own name')
  expect(checkName('PATH').problem).toBeUndefined()
})

it('warns of names that are no environment variable', () => {
  expect(checkName('my-key').warning).toContain('secret:my-key')
})
