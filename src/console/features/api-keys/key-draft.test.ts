import { describe, expect, it } from 'vitest'
import { Failure } from '#shared/failure.ts'
import { emptyDraft, expiryDate, type KeyDraft, newKeyRequest } from './key-draft.ts'

const now = Date.UTC(2026, 4, 20, 12)
const web = { id: 'prweb', name: 'web' }
const problems = (draft: Partial<KeyDraft>, role: 'owner' | 'member' = 'owner') => {
  try {
    newKeyRequest({ ...emptyDraft, name: 'deploy', ...draft }, role, now)
    return {}
  } catch (error) {
    if (!(error instanceof Failure)) throw error
    return Object.fromEntries(error.issues.map(({ path, message }) => [path?.[0], message]))
  }
}

describe('a new key', () => {
  it('needs only a name; by default it manages secrets for 90 days without a limit', () => {
    expect(newKeyRequest({ ...emptyDraft, name: 'deploy' }, 'member', now)).toEqual({
      name: 'deploy',
      access: ['manage'],
      expiresAt: '2026-08-18T12:00:00.000Z',
    })
  })

  it('may belong to the team, and be accepted only from addresses', () => {
    const addresses = ' 192.0.2.0/24,2001:db8::1;\n203.0.113.9 '
    expect(newKeyRequest({ ...emptyDraft, name: 'ci', owner: 'team', addresses }, 'owner', now)).toMatchObject({
      owner: 'team',
      addresses: ['192.0.2.0/24', '2001:db8::1', '203.0.113.9'],
    })
  })

  it('has the chosen limits, access and expiry', () => {
    const draft: KeyDraft = {
      ...emptyDraft,
      name: 'train',
      access: 'both',
      project: web,
      cluster: web,
      expiry: 'never',
    }
    expect(newKeyRequest(draft, 'member', now)).toEqual({
      name: 'train',
      access: ['manage', 'run'],
      expiresAt: null,
      projectId: 'prweb',
      clusterId: 'prweb',
    })
  })

  it('expires at the end of the chosen day in local time', () => {
    expect(expiryDate({ ...emptyDraft, expiry: 'date', day: '2026-06-01' }, now)).toEqual(
      new Date(2026, 5, 1, 23, 59, 59),
    )
  })

  it('is rejected without a name, and with a missing or past expiry', () => {
    expect(problems({ name: ' ' })).toEqual({ name: 'Type a name.' })
    expect(problems({ expiry: 'date', day: '' })).toEqual({ expiresAt: 'Choose a day.' })
    expect(problems({ expiry: 'date', day: '2026-05-01' })).toEqual({ expiresAt: 'Choose a day that is to come.' })
  })

  it('needs a limit to run workloads, unless the role is exempt', () => {
    expect(problems({ access: 'run' }, 'member')).toEqual({ projectId: 'Choose a project or a cluster.' })
    expect(problems({ access: 'both' }, 'member')).toEqual({ projectId: 'Choose a project or a cluster.' })
    expect(problems({ access: 'run', cluster: web }, 'member')).toEqual({})
    expect(problems({ access: 'run' }, 'owner')).toEqual({})
  })
})
