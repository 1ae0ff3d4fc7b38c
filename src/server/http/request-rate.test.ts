import { expect, it } from 'vitest'
import { openTestApp } from '#server/testing/app/test-app.ts'
import type { Failure } from '#shared/failure.ts'

const newApp = async () => {
  const start = Math.ceil(Date.now() / 1000) * 1000
  let at = start
  let address = '192.0.2.1'
  const api = await openTestApp({
    now: () => at,
    clientAddress: () => address,
    requestRate: { rate: 10, burst: 50 },
  })
  return {
    ...api,
    pass: (ms: number) => {
      at += ms
    },
    from: (next: string) => {
      address = next
    },
  }
}

it('refuses what one key sends too fast, with the time to wait, and nobody else notices', async () => {
  const { newTeam, pass } = await newApp()
  const team = await newTeam()
  const [greedy, other] = [await team.key(), await team.key()]
  const statuses = []
  for (let count = 0; count < 60; count++) statuses.push((await greedy.request('GET', '/v1/projects')).status)
  expect(statuses.filter((status) => status === 200)).toHaveLength(50)
  const { status, json, headers } = await greedy.request<Failure>('GET', '/v1/projects')
  expect([status, json.code]).toEqual([429, 'TOO_MANY_REQUESTS'])
  expect(headers.get('retry-after')).toBe('1')
  expect(headers.get('ratelimit-policy')).toBe('"requests";q=50;w=5')
  expect(headers.get('ratelimit')).toBe('"requests";r=0;t=1')
  for (const { request } of [other, team, await team.join('viewer')]) {
    expect((await request('GET', '/v1/projects')).status).toBe(200)
  }
  pass(1000)
  const later = []
  for (let count = 0; count < 12; count++) later.push((await greedy.request('GET', '/v1/projects')).status)
  expect(later.filter((one) => one === 200)).toHaveLength(10)
})

it('refuses what one block of addresses sends too fast without a sign-in, and not who is signed in there', async () => {
  const { newTeam, request, from } = await newApp()
  const team = await newTeam()
  const key = await team.key()
  const statuses = new Set<number>()
  for (let count = 0; count < 40; count++) {
    from(`2001:db8::${count}`)
    statuses.add((await request('GET', '/v1/projects')).status)
    statuses.add((await request('GET', '/v1/setup')).status)
  }
  expect(statuses).toEqual(new Set([401, 200, 429]))
  expect((await request('GET', '/v1/setup')).status).toBe(429)
  expect((await request('GET', '/v1/projects')).status).toBe(429)
  expect((await request('GET', '/v1/projects', undefined, { 'x-api-key': key.key.replace(/.$/, '') })).status).toBe(429)
  expect((await key.request('GET', '/v1/projects')).status).toBe(200)
  expect((await team.request('GET', '/v1/projects')).status).toBe(200)
  from('2001:db8:0:1::1')
  expect((await request('GET', '/v1/setup')).status).toBe(200)
})

it('answers probes at any rate', async () => {
  const { request } = await newApp()
  for (let count = 0; count < 60; count++) expect((await request('GET', '/healthz')).status).toBe(200)
})
