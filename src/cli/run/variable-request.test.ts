import { expect, test } from 'vitest'
import { type VariableOptions, variableRequest } from './variable-request.ts'

const none = () => false
const refusal = (asked: VariableOptions): { exit: number; message: string } => {
  try {
    variableRequest(asked, none)
  } catch (error) {
    const { exit, message } = error as { exit: number; message: string }
    return { exit, message }
  }
  throw new Error('It was not refused.')
}

test('requests everything by default', () => {
  expect(variableRequest({}, none)).toEqual({ request: { all: true }, literals: {} })
  expect(variableRequest({ env: ['A=secret:B'] }, none)).toEqual({
    request: { all: true, env: { A: 'secret:B' } },
    literals: {},
  })
})

test('requests only the references of a spec, not its literals', () => {
  const spec = [
    { name: 'A', value: 'secret:X' },
    { name: 'B', value: 'text with secret:X' },
    { name: 'C', value: '' },
  ]
  expect(variableRequest({ spec }, none)).toEqual({
    request: { env: { A: 'secret:X' } },
    literals: { B: 'text with secret:X', C: '' },
  })
  expect(variableRequest({ spec: [] }, none)).toEqual({ request: { env: {} }, literals: {} })
  expect(variableRequest({ spec, only: ['N'], env: ['A=a', 'C=SECRET:Y'] }, none)).toEqual({
    request: { env: { C: 'SECRET:Y' }, only: ['N'] },
    literals: { A: 'a', B: 'text with secret:X' },
  })
})

test('accepts lists of names, and values with equals signs and line breaks', () => {
  expect(variableRequest({ only: ['A,B', ' B , C'], env: ['X==\n=', 'Y='] }, none)).toEqual({
    request: { only: ['A', 'B', 'C'] },
    literals: { X: '=\n=', Y: '' },
  })
})

test('requests nothing for a preserved variable', () => {
  const kept = (variable: string) => variable !== 'NEW'
  const asked = { only: ['A', 'NEW'], env: ['B=secret:B', 'C=c'], spec: [{ name: 'D', value: 'secret:D' }] }
  expect(variableRequest(asked, kept)).toEqual({ request: { env: {}, only: ['NEW'] }, literals: {} })
})

test('requests a variable that steers other programs where it is asked for by its name', () => {
  const asked = { only: ['http_proxy'], env: ['PATH=secret:PATH'], spec: [{ name: 'LD_PRELOAD', value: 'text' }] }
  expect(variableRequest(asked, none)).toEqual({
    request: { only: ['http_proxy'], env: { PATH: 'secret:PATH' } },
    literals: { LD_PRELOAD: 'text' },
  })
})

test('accepts variables named like members of objects', () => {
  const { literals } = variableRequest({ env: ['toString=x', 'constructor=y'] }, none)
  expect(Object.entries(literals)).toEqual([
    ['toString', 'x'],
    ['constructor', 'y'],
  ])
})

test.each([
  [{ env: ['A'] }, 'has no name or no “=”'],
  [{ env: ['=x'] }, 'has no name or no “=”'],
  [{ env: ['A=1', 'B=2', 'A=1'] }, '“A” twice'],
  [{ env: ['1A=x'] }, '“1A” is no name'],
  [{ env: ['A\u001b=x'] }, '“A\\u001b” is no name'],
  [{ env: ['__proto__=x'] }, '“__proto__” is no name'],
  [{ env: ['A=secret:'] }, '“A” refers to a secret by what is no name'],
  [{ env: ['A=secret:a b'] }, '“A” refers to a secret by what is no name'],
  [{ only: ['A,,B'] }, 'is empty'],
  [{ only: [''] }, 'is empty'],
])('refuses %j', (asked, words) => {
  const { exit, message } = refusal(asked)
  expect(exit).toBe(64)
  expect(message).toContain(words)
})

test('quotes only the name of a refused variable', () => {
  for (const env of ['canary', '=canary', '1A=canary', 'A=secret:canary canary']) {
    expect(refusal({ env: [env] }).message).not.toContain('canary')
  }
})
