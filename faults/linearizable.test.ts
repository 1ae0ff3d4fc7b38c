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

describe('linearize accepts', () => {
  it.each<[string, Event[]]>([
    ['an empty history', []],
    ['sequential events', [event(0, 1, set('a', 1)), event(2, 3, resolve('a', 1)), event(4, 5, set('b', 2))]],
    ['a read concurrent with a set that saw the old state', [event(0, 9, set('a', 1)), event(1, 2, missing)]],
    ['a read concurrent with a set that saw the new value', [event(0, 9, set('a', 1)), event(1, 2, resolve('a', 1))]],
    [
      'concurrent sets in the order of their versions',
      [event(0, 9, set('a', 2)), event(1, 8, set('b', 1)), event(10, 11, resolve('a', 2))],
    ],
    [
      'versions that restart after a delete',
      [event(0, 1, set('a', 1)), event(2, 3, deletion), event(4, 5, missing), event(6, 7, set('b', 1))],
    ],
    ['an unanswered set that took effect', [event(0, never, unanswered('a')), event(5, 6, resolve('a', 1))]],
    ['an unanswered set that took no effect', [event(0, never, unanswered('a')), event(5, 6, missing)]],
    [
      'an unanswered set that took effect late',
      [event(0, never, unanswered('a')), event(5, 6, missing), event(7, 8, resolve('a', 1))],
    ],
    [
      'conditions that matched and conditions that did not',
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
  ])('%s', (_label, events) => {
    expect(linearize(events)).toEqual({ ok: true })
  })
})

describe('linearize rejects', () => {
  it.each<[string, Event[]]>([
    ['a read of a value that was never set', [event(0, 1, resolve('a', 1))]],
    ['a lost set', [event(0, 1, set('a', 1)), event(2, 3, missing)]],
    ['a stale read', [event(0, 1, set('a', 1)), event(2, 3, set('b', 2)), event(4, 5, resolve('a', 1))]],
    [
      'reads that go back in time during a set',
      [event(0, 1, set('a', 1)), event(2, 9, set('b', 2)), event(3, 4, resolve('b', 2)), event(5, 6, resolve('a', 1))],
    ],
    ['a stale row of a list', [event(0, 1, set('a', 1)), event(2, 3, deletion), event(4, 5, look('a', 1))]],
    ['a value with the version of another value', [event(0, 1, set('a', 1)), event(2, 3, resolve('a', 2))]],
    ['two sets that created the same version', [event(0, 9, set('a', 1)), event(1, 8, set('b', 1))]],
    ['two concurrent creations', [event(0, 9, set('a', 1)), event(1, 8, set('b', 1)), event(10, 11, missing)]],
    [
      'two conditional sets that both matched the same version',
      [
        event(0, 1, set('a', 1)),
        event(2, 9, { ...set('b', 2), ifMatch: '"a"' } as Act),
        event(2, 9, { ...set('c', 3), ifMatch: '"a"' } as Act),
      ],
    ],
    [
      'a refused condition that matched',
      [event(0, 1, set('a', 1)), event(2, 3, { kind: 'delete', ifMatch: '"a"', outcome: 'changed' })],
    ],
    [
      'an unanswered set whose value appears and disappears',
      [event(0, never, unanswered('a')), event(5, 6, resolve('a', 1)), event(7, 8, missing)],
    ],
    ['two deletes of one secret', [event(0, 1, set('a', 1)), event(2, 9, deletion), event(3, 8, deletion)]],
  ])('%s', (_label, events) => {
    expect(linearize(events).ok).toBe(false)
  })
})

/** Generates a random, valid history of one register. Each act takes effect at a moment within its interval. */
const validHistory = (seed: string, length: number): Event[] => {
  const random = seeded(seed)
  let state: { value: string; version: number } | undefined
  return Array.from({ length }, (_, index): Event => {
    const moment = index * 10
    const times = [moment - random.below(60), moment + random.below(60)] as const
    const kind = random.below(4)
    if (kind === 0 && state) {
      state = undefined
      return event(...times, deletion)
    }
    if (kind < 2) {
      state = { value: `v${index}`, version: (state?.version ?? 0) + 1 }
      return event(...times, set(state.value, state.version))
    }
    return event(...times, state ? resolve(state.value, state.version) : missing)
  })
}

describe('linearize on long random histories', () => {
  it('accepts a valid history', () => {
    for (let run = 0; run < 20; run++) expect(linearize(validHistory(`right ${run}`, 300))).toEqual({ ok: true })
  })

  it('rejects one stale read and shrinks the history to it', () => {
    for (let run = 0; run < 5; run++) {
      const end = [event(10_000, 10_001, set('last', 1)), event(10_002, 10_003, resolve('v0', 1))]
      const events = [...validHistory(`stale ${run}`, 60), ...end]
      expect(linearize(events).ok).toBe(false)
      expect(shrink(events).length).toBeLessThan(events.length)
      expect(linearize(shrink(events)).ok).toBe(false)
    }
  })
})
