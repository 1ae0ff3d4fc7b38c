import { describe, expect, it } from 'vitest'
import { emptyDraft } from './key-draft.ts'
import { accessWords, draftWords, expiryWords } from './key-words.ts'

const now = new Date(2026, 4, 20, 12).getTime()
const hour = 3_600_000
const day = 24 * hour
const ending = (left: number) => expiryWords(new Date(now + left).toISOString(), now)

describe('the words for a key', () => {
  it('give the date of a distant expiry', () => {
    expect(expiryWords(null, now)).toEqual({ text: 'never expires', state: 'far' })
    expect(ending(14 * day)).toEqual({ text: 'expires 3 Jun', state: 'far' })
    expect(ending(300 * day)).toEqual({ text: 'expires 16 Mar 2027', state: 'far' })
  })

  it('warn less than fourteen days before the expiry', () => {
    expect(ending(14 * day - 1)).toEqual({ text: 'expires in 13 days', state: 'near' })
    expect(ending(3 * day)).toEqual({ text: 'expires in 3 days', state: 'near' })
    expect(ending(day)).toEqual({ text: 'expires in 1 day', state: 'near' })
    expect(ending(day - 1)).toEqual({ text: 'expires in 23 hours', state: 'near' })
    expect(ending(hour - 1)).toEqual({ text: 'expires within the hour', state: 'near' })
  })

  it('say that the key has expired from that time on', () => {
    expect(ending(0)).toEqual({ text: 'expired 20 May', state: 'past' })
  })
})

it('describe what a key may do, and summarize a new key', () => {
  expect(accessWords(['run'])).toBe('Runs workloads')
  expect(accessWords(['manage', 'run'])).toBe('Manages secrets and runs workloads')
  const draft = { ...emptyDraft, access: 'run', project: { id: 'prweb', name: 'web' }, expiry: 'never' } as const
  expect(draftWords(draft, now)).toBe('Runs workloads · project web · never expires')
  expect(draftWords({ ...emptyDraft, expiry: 'date' }, now)).toBe('Manages secrets')
  const ofTeam = { ...emptyDraft, owner: 'team', addresses: '192.0.2.7', expiry: 'date' } as const
  expect(draftWords(ofTeam, now)).toBe('Belongs to the team · Manages secrets · only from some addresses')
})
