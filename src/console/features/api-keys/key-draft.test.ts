import { describe, expect, it } from 'vitest'
import { Failure } from '#shared/failure.ts'
import { emptyDraft, expiryOf, type KeyDraft, requestFor } from './key-draft.ts'

const now = Date.UTC(2026, 4, 20, 12)
const web = { id: 'prweb', name: 'web' }
const problems = (draft: Partial<KeyDraft>, role: 'owner' | 'member' = 'owner') => {
  try {
    requestFor({ ...emptyDraft, name: 'deploy', ...draft }, role, now)
    return {}
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return Object.fromEntries(error.issues.map(({ path, message }) => [path?.[0], message]))
  }
}

describe('a new key', () => {
  it('needs a name only: it manages secrets for 90 days, without a limit', () => {
    expect(requestFor({ ...emptyDraft, name: 'deploy' }, 'member', now)).toEqual({
      name: 'deploy',
      access: ['manage'],
      expiresAt: '2026-08-18T12:00:00.000Z',
    })
  })

  it('has the limits, the accesses and the end that were chosen', () => {
    const draft: KeyDraft = {
      ...emptyDraft,
      name: 'train',
      access: 'both',
      project: web,
      cluster: web,
      expiry: 'never',
    }
    expect(requestFor(draft, 'member', now)).toEqual({
      name: 'train',
      access: ['manage', 'run'],
      expiresAt: null,
      projectId: 'prweb',
      clusterId: 'prweb',
    })
  })

  it('lasts to the end of the day that was chosen, where the person is', () => {
    expect(expiryOf({ ...emptyDraft, expiry: 'date', day: '2026-06-01' }, now)).toEqual(
      new Date(2026, 5, 1, 23, 59, 59),
    )
  })

  it('is not asked for without a name, or with an end that is missing or past', () => {
    expect(problems({ name: ' ' })).toEqual({ name: 'Type a name.' })
    expect(problems({ expiry: 'date', day: '' })).toEqual({ expiresAt: 'Choose a day.' })
    expect(problems({ expiry: 'date', day: '2026-05-01' })).toEqual({ expiresAt: 'Choose a day that is to come.' })
  })

  it('needs a limit for running workloads, unless the role may do without', () => {
    expect(problems({ access: 'run' }, 'member')).toEqual({ projectId: 'Choose a project or a cluster.' })
    expect(problems({ access: 'both' }, 'member')).toEqual({ projectId: 'Choose a project or a cluster.' })
    expect(problems({ access: 'run', cluster: web }, 'member')).toEqual({})
    expect(problems({ access: 'run' }, 'owner')).toEqual({})
  })
})
