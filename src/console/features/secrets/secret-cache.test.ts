import { describe, expect, it } from 'vitest'
import type { Secret } from '#shared/secret.ts'
import {
  dropLoaded,
  dropSecret,
  keepFirstPage,
  type ListFilter,
  passesFilter,
  putSecret,
  type SecretPages,
  toSecretPage,
} from './secret-cache.ts'

const named = (name: string, version = 1): Secret => ({
  name,
  version,
  dtCreated: '2026-05-03T10:00:00.000Z',
  dtModified: '2026-05-03T10:00:00.000Z',
  setBy: { id: 'u1', name: 'Ada' },
  etag: `"${name}-${version}"`,
})

/** Returns pages with the given names, of a list with `total` names. */
const listed = (total: number, ...pages: string[][]): SecretPages => {
  const loaded = pages.flat().length
  return {
    pages: pages.map((names, index) => {
      const hasMore = index < pages.length - 1 || loaded < total
      const items = names.map((name) => named(name))
      return toSecretPage({ items, hasMore, nextPage: hasMore ? `${names.at(-1)}` : null, total })
    }),
    pageParams: pages.map((_, index) => (index === 0 ? undefined : pages[index - 1]?.at(-1))),
  }
}

const namesOf = (data: SecretPages) => data.pages.map(({ items }) => items.map(({ name }) => name))
const totalsOf = (data: SecretPages) => data.pages.map(({ total }) => total)

describe('putting a secret into loaded pages', () => {
  it('inserts it by code point: capitals, then “_”, then lower case', () => {
    expect(namesOf(putSecret(listed(3, ['A', '_', 'a']), named('B')))).toEqual([['A', 'B', '_', 'a']])
  })

  it('inserts it into an empty list', () => {
    const after = putSecret(listed(0, []), named('A'))
    expect(namesOf(after)).toEqual([['A']])
    expect(totalsOf(after)).toEqual([1])
  })

  it('inserts it into the page of its range, and increases the total of every page', () => {
    const after = putSecret(listed(4, ['A', 'C'], ['E', 'G']), named('D'))
    expect(namesOf(after)).toEqual([
      ['A', 'C'],
      ['D', 'E', 'G'],
    ])
    expect(totalsOf(after)).toEqual([5, 5])
  })

  it('appends it if all pages are loaded', () => {
    expect(namesOf(putSecret(listed(2, ['A', 'C']), named('Z')))).toEqual([['A', 'C', 'Z']])
  })

  it('only increases the total if it is beyond the loaded pages', () => {
    const after = putSecret(listed(9, ['A', 'C']), named('Z'))
    expect(namesOf(after)).toEqual([['A', 'C']])
    expect(totalsOf(after)).toEqual([10])
  })

  it('replaces a secret of the same name without increasing the total', () => {
    const after = putSecret(listed(2, ['A', 'C']), named('C', 2))
    expect(after.pages[0]?.items[1]?.version).toBe(2)
    expect(totalsOf(after)).toEqual([2])
  })

  it('does not modify its argument', () => {
    const before = listed(2, ['A', 'C'])
    putSecret(before, named('B'))
    expect(namesOf(before)).toEqual([['A', 'C']])
  })
})

describe('dropping a secret from loaded pages', () => {
  it('removes it and decreases the total', () => {
    const after = dropSecret(listed(3, ['A', 'B'], ['C']), 'C')
    expect(namesOf(after)).toEqual([['A', 'B'], []])
    expect(totalsOf(after)).toEqual([2, 2])
  })

  it('only decreases the total if it is beyond the loaded pages', () => {
    expect(totalsOf(dropSecret(listed(9, ['A', 'B']), 'Z'))).toEqual([8])
  })

  it('inserts a new secret after a deleted last row, which the next page would not contain', () => {
    const after = putSecret(dropSecret(listed(9, ['A', 'C']), 'C'), named('B'))
    expect(namesOf(after)).toEqual([['A', 'B']])
    expect(totalsOf(after)).toEqual([9])
  })

  it('changes nothing if a fully loaded list has no such name', () => {
    const before = listed(2, ['A', 'B'])
    expect(dropSecret(before, 'Z')).toBe(before)
  })
})

describe('dropping a secret from a list that may not contain it', () => {
  it('removes a loaded secret, and does not change the total for others', () => {
    expect(namesOf(dropLoaded(listed(3, ['A', 'B'], ['C']), 'A'))).toEqual([['B'], ['C']])
    const before = listed(9, ['A', 'B'])
    expect(dropLoaded(before, 'Z')).toBe(before)
  })
})

describe('passing the filter', () => {
  const day = 24 * 3_600_000
  const now = Date.parse('2026-08-01T10:00:00.000Z')
  const usedAt = (time: number) => ({
    at: new Date(time).toISOString(),
    version: 1,
    key: { id: 'ak1', name: 'trainer' },
    by: { id: 'us1', name: 'Ada' },
    project: null,
    cluster: null,
  })
  const isKept = (filter: Partial<ListFilter>, some: Partial<Secret>) =>
    passesFilter({ q: '', unused: undefined, ...filter }, { ...named('API_KEY'), lastUse: null, ...some }, now)

  it('depends on the name and on whether the secret was ever used', () => {
    expect(isKept({ q: 'api' }, {})).toBe(true)
    expect(isKept({ q: 'token' }, {})).toBe(false)
    expect(isKept({ unused: 'ever' }, {})).toBe(true)
    expect(isKept({ unused: 'ever', q: 'token' }, {})).toBe(false)
    expect(isKept({ unused: 'ever' }, { lastUse: usedAt(0) })).toBe(false)
  })

  it('depends on the days since the secret was last used or set', () => {
    const long = new Date(now - 91 * day).toISOString()
    expect(isKept({ unused: 90 }, { dtModified: long })).toBe(true)
    expect(isKept({ unused: 92 }, { dtModified: long })).toBe(false)
    expect(isKept({ unused: 90 }, { dtModified: long, lastUse: usedAt(now - 89 * day) })).toBe(false)
    expect(isKept({ unused: 90 }, { dtModified: new Date(now).toISOString(), lastUse: usedAt(0) })).toBe(false)
  })
})

it('keeps only the first page of many', () => {
  const after = keepFirstPage(listed(4, ['A', 'B'], ['C', 'D']))
  expect(namesOf(after)).toEqual([['A', 'B']])
  expect(after.pageParams).toEqual([undefined])
})
