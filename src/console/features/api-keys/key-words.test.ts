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
    expect(ending(7 * day)).toEqual({ text: 'expires 27 May', state: 'far' })
    expect(ending(300 * day)).toEqual({ text: 'expires 16 Mar 2027', state: 'far' })
  })

  it('warn less than seven days before the expiry', () => {
    expect(ending(7 * day - 1)).toEqual({ text: 'expires in 6 days', state: 'near' })
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
})
