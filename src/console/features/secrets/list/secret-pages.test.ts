import { describe, expect, it } from 'vitest'
import type { Secret } from '#shared/secret.ts'
import {
  asFetched,
  dropLoaded,
  dropSecret,
  firstPage,
  keeps,
  type ListFilter,
  matches,
  putSecret,
  type SecretPages,
} from './secret-pages.ts'

const named = (name: string, version = 1): Secret => ({
  name,
  version,
  dtCreated: '2026-05-03T10:00:00.000Z',
  dtModified: '2026-05-03T10:00:00.000Z',
  setBy: { id: 'u1', name: 'Ada' },
  etag: `"${name}-${version}"`,
})

/** Pages with the given names, of a list that has `total` of them. */
const listed = (total: number, ...pages: string[][]): SecretPages => {
  const loaded = pages.flat().length
  return {
    pages: pages.map((names, index) => {
      const hasMore = index < pages.length - 1 || loaded < total
      const items = names.map((name) => named(name))
      return asFetched({ items, hasMore, nextPage: hasMore ? `${names.at(-1)}` : null, total })
    }),
    pageParams: pages.map((_, index) => (index === 0 ? undefined : pages[index - 1]?.at(-1))),
  }
}

const namesOf = (data: SecretPages) => data.pages.map(({ items }) => items.map(({ name }) => name))
const totalsOf = (data: SecretPages) => data.pages.map(({ total }) => total)

describe('putting a secret into loaded pages', () => {
  it('stands in its place by code point, capitals before “_” before small letters', () => {
    expect(namesOf(putSecret(listed(3, ['A', '_', 'a']), named('B')))).toEqual([['A', 'B', '_', 'a']])
  })

  it('starts an empty list', () => {
    const after = putSecret(listed(0, []), named('A'))
    expect(namesOf(after)).toEqual([['A']])
    expect(totalsOf(after)).toEqual([1])
  })

  it('goes into the page whose range holds it, and counts in every page', () => {
    const after = putSecret(listed(4, ['A', 'C'], ['E', 'G']), named('D'))
    expect(namesOf(after)).toEqual([
      ['A', 'C'],
      ['D', 'E', 'G'],
    ])
    expect(totalsOf(after)).toEqual([5, 5])
  })

  it('goes to the end when everything is loaded', () => {
    expect(namesOf(putSecret(listed(2, ['A', 'C']), named('Z')))).toEqual([['A', 'C', 'Z']])
  })

  it('is only counted beyond the loaded pages', () => {
    const after = putSecret(listed(9, ['A', 'C']), named('Z'))
    expect(namesOf(after)).toEqual([['A', 'C']])
    expect(totalsOf(after)).toEqual([10])
  })

  it('replaces the one of the same name without counting it again', () => {
    const after = putSecret(listed(2, ['A', 'C']), named('C', 2))
    expect(after.pages[0]?.items[1]?.version).toBe(2)
    expect(totalsOf(after)).toEqual([2])
  })

  it('leaves the given pages as they were', () => {
    const before = listed(2, ['A', 'C'])
    putSecret(before, named('B'))
    expect(namesOf(before)).toEqual([['A', 'C']])
  })
})

describe('dropping a secret from loaded pages', () => {
  it('takes it out and discounts it', () => {
    const after = dropSecret(listed(3, ['A', 'B'], ['C']), 'C')
    expect(namesOf(after)).toEqual([['A', 'B'], []])
    expect(totalsOf(after)).toEqual([2, 2])
  })

  it('only discounts one beyond the loaded pages', () => {
    expect(totalsOf(dropSecret(listed(9, ['A', 'B']), 'Z'))).toEqual([8])
  })

  it('leaves the place of a deleted last row open for a new one, which the next page would not bring', () => {
    const after = putSecret(dropSecret(listed(9, ['A', 'C']), 'C'), named('B'))
    expect(namesOf(after)).toEqual([['A', 'B']])
    expect(totalsOf(after)).toEqual([9])
  })

  it('changes nothing when a wholly loaded list has no such name', () => {
    const before = listed(2, ['A', 'B'])
    expect(dropSecret(before, 'Z')).toBe(before)
  })
})

describe('taking a secret out of a list that it may not be in', () => {
  it('takes it out where it is loaded, and discounts nothing where it is not', () => {
    expect(namesOf(dropLoaded(listed(3, ['A', 'B'], ['C']), 'A'))).toEqual([['B'], ['C']])
    const before = listed(9, ['A', 'B'])
    expect(dropLoaded(before, 'Z')).toBe(before)
  })
})

describe('whether a filter keeps a secret', () => {
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
    keeps({ q: '', unused: undefined, ...filter }, { ...named('API_KEY'), lastUse: null, ...some }, now)

  it('depends on its name, and on whether it was ever used', () => {
    expect(isKept({ q: 'api' }, {})).toBe(true)
    expect(isKept({ q: 'token' }, {})).toBe(false)
    expect(isKept({ unused: 'ever' }, {})).toBe(true)
    expect(isKept({ unused: 'ever', q: 'token' }, {})).toBe(false)
    expect(isKept({ unused: 'ever' }, { lastUse: usedAt(0) })).toBe(false)
  })

  it('depends on when it was used or set last, for so many days', () => {
    const long = new Date(now - 91 * day).toISOString()
    expect(isKept({ unused: 90 }, { dtModified: long })).toBe(true)
    expect(isKept({ unused: 92 }, { dtModified: long })).toBe(false)
    expect(isKept({ unused: 90 }, { dtModified: long, lastUse: usedAt(now - 89 * day) })).toBe(false)
    expect(isKept({ unused: 90 }, { dtModified: new Date(now).toISOString(), lastUse: usedAt(0) })).toBe(false)
  })
})

it('keeps the first page of many', () => {
  const after = firstPage(listed(4, ['A', 'B'], ['C', 'D']))
  expect(namesOf(after)).toEqual([['A', 'B']])
  expect(after.pageParams).toEqual([undefined])
})

it('matches a filter without regard to case', () => {
  expect(matches('DB_PASSWORD', 'pass')).toBe(true)
  expect(matches('DB_PASSWORD', 'token')).toBe(false)
})
