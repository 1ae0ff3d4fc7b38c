import { describe, expect, it } from 'vitest'
import { Failure, statuses } from './failure.ts'

describe('a failure', () => {
  it('has the status of its code', () => {
    expect(new Failure('CONFLICT', 'x').status).toBe(409)
    expect(new Set(Object.values(statuses)).size).toBe(Object.keys(statuses).length)
  })

  it('serializes to code, message and issues only', () => {
    const issues = [{ message: 'Type a name.', path: ['name'] }]
    const failure = new Failure('BAD_REQUEST', 'Type a name.', { issues, cause: new Error('canary'), retryAfter: 3 })
    expect(JSON.parse(JSON.stringify(failure))).toEqual({ code: 'BAD_REQUEST', message: 'Type a name.', issues })
  })

  it('serializes without issues when it has none', () => {
    expect(JSON.parse(JSON.stringify(new Failure('NOT_FOUND', 'Gone.')))).toEqual({
      code: 'NOT_FOUND',
      message: 'Gone.',
    })
  })
})
