import { describe, expect, it } from 'vitest'
import type { Act, Event } from './history.ts'
import { linearize, shrink } from './linearizable.ts'
import { seeded } from './random.ts'

const never = Number.POSITIVE_INFINITY
const event = (invoked: number, returned: number, act: Act): Event => ({
  name: 'A',
  client: 'c',
  requestId: '',
  invoked,
  returned,
  act,
})
const set = (value: string, version: number, etag = `"${value}"`): Act => ({
  kind: 'write',
  value,
  expect: 'any',
  outcome: { etag, version, created: version === 1 },
})
const unanswered = (value: string): Act => ({ kind: 'write', value, expect: 'any', outcome: 'unknown' })
const resolve = (value: string, version: number): Act => ({ kind: 'resolve', outcome: { value, version } })
const look = (value: string, version: number): Act => ({ kind: 'look', outcome: { etag: `"${value}"`, version } })
const missing: Act = { kind: 'resolve', outcome: 'missing' }
const deletion: Act = { kind: 'delete', outcome: 'deleted' }

describe('a history that happened in one order', () => {
  it.each<[string, Event[]]>([
    ['of nothing', []],
    ['of one after the other', [event(0, 1, set('a', 1)), event(2, 3, resolve('a', 1)), event(4, 5, set('b', 2))]],
    ['of a read beside a set, which saw what was before', [event(0, 9, set('a', 1)), event(1, 2, missing)]],
    ['of a read beside a set, which saw it', [event(0, 9, set('a', 1)), event(1, 2, resolve('a', 1))]],
    [
      'of sets at the same time, in the order that their versions tell',
      [event(0, 9, set('a', 2)), event(1, 8, set('b', 1)), event(10, 11, resolve('a', 2))],
    ],
    [
      'of a delete, after which versions begin anew',
      [event(0, 1, set('a', 1)), event(2, 3, deletion), event(4, 5, missing), event(6, 7, set('b', 1))],
    ],
    [
      'of a set that nobody answered and that happened',
      [event(0, never, unanswered('a')), event(5, 6, resolve('a', 1))],
    ],
    ['of a set that nobody answered and that did not', [event(0, never, unanswered('a')), event(5, 6, missing)]],
    [
      'of a set that nobody answered and that happened late',
      [event(0, never, unanswered('a')), event(5, 6, missing), event(7, 8, resolve('a', 1))],
    ],
    [
      'of conditions that held, and that did not',
      [
        event(0, 1, set('a', 1)),
        event(2, 3, { ...set('b', 2), ifMatch: '"a"' } as Act),
        event(4, 5, { kind: 'write', value: 'c', expect: 'any', ifMatch: '"a"', outcome: 'changed' }),
        event(6, 7, { kind: 'write', value: 'c', expect: 'any', ifNoneMatch: true, outcome: 'changed' }),
        event(8, 9, { kind: 'write', value: 'c', expect: 'absent', outcome: 'exists' }),
        event(10, 11, deletion),
        event(12, 13, { kind: 'write', value: 'c', expect: 'present', outcome: 'missing' }),
        event(14, 15, { kind: 'delete', outcome: 'missing' }),
      ],
    ],
  ])('%s is accepted', (_label, events) => {
    expect(linearize(events)).toEqual({ ok: true })
  })
})

describe('a history that fits no order', () => {
  it.each<[string, Event[]]>([
    ['for a read of what was not set', [event(0, 1, resolve('a', 1))]],
    ['for a set that is lost', [event(0, 1, set('a', 1)), event(2, 3, missing)]],
    ['for a stale read', [event(0, 1, set('a', 1)), event(2, 3, set('b', 2)), event(4, 5, resolve('a', 1))]],
    [
      'for reads that go back in time beside a set',
      [event(0, 1, set('a', 1)), event(2, 9, set('b', 2)), event(3, 4, resolve('b', 2)), event(5, 6, resolve('a', 1))],
    ],
    ['for a row of a list that is stale', [event(0, 1, set('a', 1)), event(2, 3, deletion), event(4, 5, look('a', 1))]],
    [
      'for the value of one version under the number of another',
      [event(0, 1, set('a', 1)), event(2, 3, resolve('a', 2))],
    ],
    ['for two sets that made the same version', [event(0, 9, set('a', 1)), event(1, 8, set('b', 1))]],
    [
      'for two creations at the same time',
      [event(0, 9, set('a', 1)), event(1, 8, set('b', 1)), event(10, 11, missing)],
    ],
    [
      'for two conditional sets that both met the same version',
      [
        event(0, 1, set('a', 1)),
        event(2, 9, { ...set('b', 2), ifMatch: '"a"' } as Act),
        event(2, 9, { ...set('c', 3), ifMatch: '"a"' } as Act),
      ],
    ],
    [
      'for a condition that was refused though it held',
      [event(0, 1, set('a', 1)), event(2, 3, { kind: 'delete', ifMatch: '"a"', outcome: 'changed' })],
    ],
    [
      'for a set that nobody answered, which was there and gone again',
      [event(0, never, unanswered('a')), event(5, 6, resolve('a', 1)), event(7, 8, missing)],
    ],
    ['for two deletes of one thing', [event(0, 1, set('a', 1)), event(2, 9, deletion), event(3, 8, deletion)]],
  ])('%s is refused', (_label, events) => {
    expect(linearize(events).ok).toBe(false)
  })
})

/** A history by chance of one register that is right, with each act at a moment within its interval. */
const rightHistory = (seed: string, length: number): Event[] => {
  const random = seeded(seed)
  let held: { value: string; version: number } | undefined
  return Array.from({ length }, (_, index): Event => {
    const moment = index * 10
    const times = [moment - random.below(60), moment + random.below(60)] as const
    const kind = random.below(4)
    if (kind === 0 && held) {
      held = undefined
      return event(...times, deletion)
    }
    if (kind < 2) {
      held = { value: `v${index}`, version: (held?.version ?? 0) + 1 }
      return event(...times, set(held.value, held.version))
    }
    return event(...times, held ? resolve(held.value, held.version) : missing)
  })
}

describe('long histories by chance', () => {
  it('are accepted when they are right', () => {
    for (let run = 0; run < 20; run++) expect(linearize(rightHistory(`right ${run}`, 300))).toEqual({ ok: true })
  })

  it('are refused when one read is stale, and shrunk to what shows it', () => {
    for (let run = 0; run < 5; run++) {
      const end = [event(10_000, 10_001, set('last', 1)), event(10_002, 10_003, resolve('v0', 1))]
      const events = [...rightHistory(`stale ${run}`, 60), ...end]
      expect(linearize(events).ok).toBe(false)
      expect(shrink(events).length).toBeLessThan(events.length)
      expect(linearize(shrink(events)).ok).toBe(false)
    }
  })
})
