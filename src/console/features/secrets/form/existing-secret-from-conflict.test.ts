import { describe, expect, it } from 'vitest'
import { Failure } from '#shared/failure.ts'
import { standingInTheWay } from './existing-secret-from-conflict.ts'

const existing = {
  name: 'API_KEY',
  version: 3,
  dtCreated: '2026-05-03T10:00:00.000Z',
  dtModified: '2026-05-03T10:00:00.000Z',
  setBy: { id: 'u2', name: 'Lin' },
  etag: '"3"',
}

describe('a conflict', () => {
  const conflict = new Failure('CONFLICT', 'Exists.', { issues: [{ message: 'Exists.', existing }] })

  it('tells what stands in the way', () => {
    expect(standingInTheWay(conflict, 'API_KEY')?.setBy.name).toBe('Lin')
  })

  it('offers nothing to replace where the case differs', () => {
    expect(standingInTheWay(conflict, 'api_key')).toBeUndefined()
  })

  it('is no other failure', () => {
    expect(standingInTheWay(new Failure('BAD_REQUEST', 'Bad.'), 'API_KEY')).toBeUndefined()
  })
})
