import { describe, expect, it } from 'vitest'
import { Failure } from '#shared/failure.ts'
import { existingSecretFromConflict } from './use-store-secret.ts'

const existing = {
  name: 'API_KEY',
  version: 3,
  dtCreated: '2026-05-03T10:00:00.000Z',
  dtModified: '2026-05-03T10:00:00.000Z',
  setBy: { id: 'u2', name: 'Lin' },
  etag: '"3"',
}

describe('the existing secret from a conflict', () => {
  const conflict = new Failure('CONFLICT', 'Exists.', { issues: [{ message: 'Exists.', existing }] })

  it('is the secret of the same name', () => {
    expect(existingSecretFromConflict(conflict, 'API_KEY')?.setBy.name).toBe('Lin')
  })

  it('is undefined if the name differs in case', () => {
    expect(existingSecretFromConflict(conflict, 'api_key')).toBeUndefined()
  })

  it('is undefined for other errors', () => {
    expect(existingSecretFromConflict(new Failure('BAD_REQUEST', 'Bad.'), 'API_KEY')).toBeUndefined()
  })
})
