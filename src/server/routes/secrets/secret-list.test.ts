import { describe, expect, it } from 'vitest'
import type { TestTeam } from '#server/testing/app/test-app.ts'
import { openTestApp } from '#server/testing/app/test-app.ts'
import type { Failure } from '#shared/failure.ts'
import type { Page } from '#shared/page.ts'
import { pageOf } from '#shared/page.ts'
import { scopeKinds } from '#shared/scope.ts'
import { type Secret, secret } from '#shared/secret.ts'

let time = 1_800_000_000_000
const api = await openTestApp({ now: () => time })

/** Thirty names, created in another order, some in the same millisecond. */
const names = Array.from({ length: 30 }, (_, index) => `KEY_${(index * 7) % 30}`)
const byCodePoint = (a: string, b: string) => (a < b ? -1 : 1)

const filledScope = async (kind: (typeof scopeKinds)[number] = 'project') => {
  const team = await api.newTeam()
  const { secrets } = await team.scope(kind)
  for (const [index, name] of names.entries()) {
    if (index % 3 === 0) time += 1000
    await team.request('POST', secrets, { name, value: 'x' })
  }
  return { ...team, secrets }
}

const walk = async ({ request }: TestTeam, path: string, query: Record<string, string>) => {
  const pages: Page<Secret>[] = []
  let after: string | null = null
  do {
    const search = new URLSearchParams({ ...query, ...(after ? { after } : {}) })
    const { status, json }: { status: number; json: Page<Secret> } = await request('GET', `${path}?${search}`)
    expect(status).toBe(200)
    pages.push(json)
    after = json.nextPage
  } while (after)
  return pages
}

const refusal = async ({ request }: Pick<TestTeam, 'request'>, path: string) => {
  const { status, json } = await request<Failure>('GET', path)
  return [status, json.code, json.issues?.[0]?.path?.[0]]
}

describe('the list of secrets', () => {
  it.each(scopeKinds)('of a %s has the form of the contract', async (kind) => {
    const team = await filledScope(kind)
    const { json } = await team.request<Page<Secret>>('GET', `${team.secrets}?limit=2`)
    expect(json).toEqual({
      hasMore: true,
      nextPage: expect.any(String),
      total: 30,
      items: [expect.objectContaining({ name: 'KEY_0' }), expect.objectContaining({ name: 'KEY_1' })],
    })
    expect(pageOf(secret).parse(json)).toEqual(json)
  })

  it('is empty without secrets', async () => {
    const team = await api.newTeam()
    const { secrets } = await team.scope('cluster')
    expect((await team.request('GET', secrets)).json).toEqual({ hasMore: false, items: [], nextPage: null, total: 0 })
  })

  const orders = ['name', 'dtCreated'].flatMap((orderBy) => ['asc', 'desc'].map((order) => ({ orderBy, order })))
  it.each(orders)('is paged by $orderBy, $order, without losing or repeating a name', async ({ orderBy, order }) => {
    const team = await filledScope()
    for (const limit of [1, 7, 10, 30]) {
      const pages = await walk(team, team.secrets, { orderBy, order, limit: `${limit}` })
      expect(pages).toHaveLength(Math.ceil(30 / limit))
      expect(pages.map(({ hasMore }) => hasMore)).toEqual(pages.map((_, index) => index < pages.length - 1))
      expect(pages.every(({ total }) => total === 30)).toBe(true)
      const items = pages.flatMap((page) => page.items)
      const expected = items.map(({ name }) => name).toSorted(byCodePoint)
      expect(expected).toEqual(names.toSorted(byCodePoint))
      const keys = items.map(({ name, dtCreated }) => (orderBy === 'name' ? name : `${dtCreated} ${name}`))
      expect(keys).toEqual(order === 'asc' ? keys.toSorted(byCodePoint) : keys.toSorted(byCodePoint).reverse())
    }
  })

  it('is paged with a filter, and counts the matches', async () => {
    const team = await filledScope()
    const pages = await walk(team, team.secrets, { q: 'ey_2', limit: '3' })
    const found = pages.flatMap(({ items }) => items.map(({ name }) => name))
    expect(found).toEqual(names.filter((name) => name.includes('KEY_2')).toSorted(byCodePoint))
    expect(pages[0]?.total).toBe(found.length)
  })

  it.each([
    ['%', 0],
    ['_', 30],
    ['\\', 0],
    ['', 30],
    ['key_0', 1],
    ['nothing', 0],
    ['İ', 0],
  ])('takes the filter %j literally: %i names', async (q, count) => {
    const team = await filledScope()
    const { json } = await team.request<Page<Secret>>('GET', `${team.secrets}?${new URLSearchParams({ q })}`)
    expect(json.total).toBe(count)
    expect(json.items).toHaveLength(count)
  })

  it('is current after each write, and never a stale cached answer', async () => {
    const team = await filledScope()
    const total = async () => {
      const { json } = await team.request<Page<Secret>>('GET', `${team.secrets}?limit=1`)
      return [json.total, json.items[0]?.name, json.items[0]?.version]
    }
    expect(await total()).toEqual([30, 'KEY_0', 1])
    expect((await team.request('PUT', `${team.secrets}/KEY_0`, { value: 'new' })).status).toBe(200)
    expect(await total()).toEqual([30, 'KEY_0', 2])
    expect((await team.request('PUT', `${team.secrets}/A`, { value: 'new' })).status).toBe(201)
    expect(await total()).toEqual([31, 'A', 1])
    expect((await team.request('DELETE', `${team.secrets}/A`)).status).toBe(200)
    expect(await total()).toEqual([30, 'KEY_0', 2])
  })

  it('is not answered by the cached list of another query', async () => {
    const team = await filledScope()
    const queries = [
      'limit=2',
      'limit=2&order=desc',
      'limit=2&orderBy=dtCreated',
      'limit=2&orderBy=dtCreated&order=desc',
      'limit=2&q=KEY_1',
      'limit=3',
    ]
    const answers = []
    for (const query of queries) {
      const { json } = await team.request<Page<Secret>>('GET', `${team.secrets}?${query}`)
      answers.push(json.items.map(({ name }) => name).join(' '))
    }
    expect(new Set(answers).size).toBe(queries.length)
  })

  it('continues where a page ended, although names were added and deleted meanwhile', async () => {
    const team = await filledScope()
    const { json: first } = await team.request<Page<Secret>>('GET', `${team.secrets}?limit=5`)
    const last = first.items.at(-1)?.name
    await team.request('DELETE', `${team.secrets}/${last}`)
    await team.request('PUT', `${team.secrets}/AAA`, { value: 'x' })
    const { json: next } = await team.request<Page<Secret>>('GET', `${team.secrets}?limit=5&after=${first.nextPage}`)
    const expected = names.toSorted(byCodePoint).slice(5, 10)
    expect(next.items.map(({ name }) => name)).toEqual(expected)
  })

  it('has at most 120 entries', async () => {
    const team = await api.newTeam()
    const { secrets } = await team.scope('team')
    for (let index = 0; index < 121; index++) await team.request('PUT', `${secrets}/K${index}`, { value: 'x' })
    const { json } = await team.request<Page<Secret>>('GET', secrets)
    expect([json.items.length, json.hasMore, json.total]).toEqual([120, true, 121])
  })

  it.each(['0', '121', '-1', '1.5', 'ten', '1e9', 'NaN'])('refuses the limit %s', async (limit) => {
    const team = await filledScope()
    expect(await refusal(team, `${team.secrets}?limit=${limit}`)).toEqual([400, 'BAD_REQUEST', 'limit'])
  })

  it.each([
    'limit=',
    'orderBy=value',
    'order=up',
    'include=values',
    `q=${'x'.repeat(201)}`,
    `after=${'x'.repeat(1001)}`,
  ])('refuses the query %s', async (query) => {
    const team = await api.newTeam()
    const { secrets } = await team.scope('team')
    expect((await refusal(team, `${secrets}?${query}`)).slice(0, 2)).toEqual([400, 'BAD_REQUEST'])
  })

  it.each([
    ['no cursor at all', 'x'],
    ['no JSON', btoa('x')],
    ['another form', btoa('[1,2]')],
    ['a list too long', btoa('["A","A","A"]')],
    ['invalid UTF-8', btoa('["\xff","A"]')],
    ['no text that a database takes', btoa('["A\\u0000","A\\u0000"]')],
  ])('refuses a cursor that is %s', async (_what, after) => {
    const team = await filledScope()
    const { status, json } = await team.request<Failure>('GET', `${team.secrets}?after=${encodeURIComponent(after)}`)
    expect([status, json.code]).toEqual([400, 'BAD_REQUEST'])
    expect(json.message).toContain('Start again without it')
  })

  it('refuses the cursor of another order', async () => {
    const team = await filledScope()
    for (const [own, other] of [
      ['name', 'dtCreated'],
      ['dtCreated', 'name'],
    ]) {
      const { json } = await team.request<Page<Secret>>('GET', `${team.secrets}?limit=1&orderBy=${own}`)
      const { status } = await team.request('GET', `${team.secrets}?orderBy=${other}&after=${json.nextPage}`)
      expect(status).toBe(400)
    }
  })

  it('shows another team nothing through a cursor', async () => {
    const team = await filledScope()
    const other = await api.newTeam()
    const { json } = await team.request<Page<Secret>>('GET', `${team.secrets}?limit=1`)
    const { secrets } = await other.scope('project')
    expect((await other.request('GET', `${secrets}?after=${json.nextPage}`)).json).toMatchObject({ items: [] })
    expect((await other.request('GET', `${team.secrets}?after=${json.nextPage}`)).status).toBe(404)
  })
})
