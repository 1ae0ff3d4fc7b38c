import { describe, expect, it } from 'vitest'
import type { Secret } from '#shared/secret.ts'
import { type Deletion, listedRows } from './listed-rows.ts'

const secret = (name: string): Secret => ({
  name,
  version: 1,
  dtCreated: '2026-05-03T12:00:00.000Z',
  dtModified: '2026-05-03T12:00:00.000Z',
  setBy: { id: 'us1', name: 'Ada' },
  etag: '"1"',
})
const deletion = (name: string, id: string): Deletion => ({
  secret: secret(name),
  trashed: { id, expiresAt: '2026-06-02T12:00:00.000Z' },
})
const keys = (names: readonly string[], deletions: readonly Deletion[]) =>
  listedRows(names.map(secret), deletions).map(({ key }) => key)

describe('the rows of a list', () => {
  it('are the stored secrets if none was deleted', () => {
    expect(keys(['A', 'B'], [])).toEqual(['A', 'B'])
  })

  it('keep a deleted row in its place: first, in the middle, last', () => {
    const deletions = [deletion('D', 'tr4'), deletion('B', 'tr2'), deletion('A', 'tr1')]
    expect(keys(['AA', 'C'], deletions)).toEqual(['deleted tr1', 'AA', 'deleted tr2', 'C', 'deleted tr4'])
  })

  it('have different keys if a name is stored again or deleted twice', () => {
    expect(keys(['A', 'B'], [deletion('A', 'tr1'), deletion('A', 'tr2')])).toEqual([
      'A',
      'deleted tr1',
      'deleted tr2',
      'B',
    ])
  })

  it('include deleted rows if no secret is left', () => {
    expect(keys([], [deletion('A', 'tr1')])).toEqual(['deleted tr1'])
  })
})
