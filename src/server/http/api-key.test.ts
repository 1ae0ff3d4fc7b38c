import { describe, expect, it } from 'vitest'
import { requestSender } from '#server/testing/app/send-request.ts'
import { openTestApp, type TestApp } from '#server/testing/app/test-app.ts'
import type { Failure } from '#shared/failure.ts'
import type { Page } from '#shared/page.ts'
import type { ApiKey } from '#shared/people/api-key.ts'

let skipped = 0
const api = await openTestApp({ now: () => Date.now() + skipped })
const minute = 60_000

/** Asks with these headers and no session. */
const asking = (headers: Record<string, string>, { app }: TestApp = api) => requestSender(app, headers)
const listOf = async (team: { request: ReturnType<typeof requestSender> }) =>
  (await team.request<Page<ApiKey>>('GET', '/v1/api-keys')).json.items

describe('a request with an API key', () => {
  it('acts as the key’s owner, only in the key’s team', async () => {
    const team = await api.newTeam()
    const { request } = await team.key()
    const { secrets } = await team.scope('project')
    const { json } = await request<{ setBy: unknown }>('PUT', `${secrets}/A`, { value: 'x' })
    expect(json.setBy).toEqual({ id: team.owner.id, name: team.owner.name })
    const session = await request<{ teams: { id: string }[] }>('GET', '/v1/session')
    expect(session.json.teams.map(({ id }) => id)).toEqual([team.id])
    const other = await api.newTeam()
    expect((await request('GET', `/v1/teams/${other.id}/secrets`)).status).toBe(404)
    expect((await request('GET', '/v1/projects', undefined, { 'gradient-team': other.id })).status).toBe(404)
  })

  it('may send the key as X-API-Key, as Authorization, or as both', async () => {
    const { key } = await (await api.newTeam()).key()
    for (const headers of [
      { 'x-api-key': key },
      { authorization: `Bearer ${key}` },
      { authorization: `bearer  ${key}` },
      { 'x-api-key': key, authorization: `Bearer ${key}` },
    ] as Record<string, string>[]) {
      expect((await asking(headers)('GET', '/v1/projects')).status).toBe(200)
    }
  })

  it('is refused with two different keys', async () => {
    const team = await api.newTeam()
    const [one, other] = [await team.key(), await team.key()]
    for (const [plain, bearer] of [
      [one.key, other.key],
      [one.key, 'nonsense'],
      ['nonsense', one.key],
    ] as const) {
      const { status } = await asking({ 'x-api-key': plain, authorization: `Bearer ${bearer}` })('GET', '/v1/projects')
      expect(status).toBe(400)
    }
  })

  it('is refused with a key anywhere in the address', async () => {
    const { key } = await (await api.newTeam()).key()
    for (const name of ['apiKey', 'api_key', 'key', 'token', 'access_token', 'x-api-key']) {
      const { status, text } = await api.request('GET', `/v1/projects?${name}=${key}`)
      expect([name, status]).toEqual([name, 400])
      expect(text).not.toContain(key)
    }
  })

  it('is refused without a lookup when the key is mistyped or cut off', async () => {
    const looked: string[] = []
    const { store } = api.deps
    const watched = await openTestApp({
      store: {
        ...store,
        keyOwner: (digest) => {
          looked.push(digest)
          return store.keyOwner(digest)
        },
      },
    })
    const { key } = await (await api.newTeam()).key()
    for (const wrong of [key.slice(0, -1), `${key}0`, key.replace(/.$/, (last) => (last === 'a' ? 'b' : 'a')), 'x']) {
      const { status, json } = await asking({ 'x-api-key': wrong }, watched)<Failure>('GET', '/v1/projects')
      expect([status, json.code]).toEqual([401, 'UNAUTHORIZED'])
    }
    expect(looked).toEqual([])
    expect((await asking({ 'x-api-key': key }, watched)('GET', '/v1/projects')).status).toBe(200)
    expect(looked).toHaveLength(1)
  })

  it.each([{ 'x-api-key': '' }, { authorization: 'Bearer ' }, { authorization: 'Bearer' }, { authorization: '' }])(
    'is nobody’s with the empty header %j',
    async (headers) => {
      expect((await asking(headers as Record<string, string>)('GET', '/v1/projects')).status).toBe(401)
    },
  )

  it('is refused by the routes of a person’s account', async () => {
    const { request } = await (await api.newTeam()).key()
    expect((await request('POST', '/v1/session/confirmation', { password: 'x' })).status).toBe(403)
  })

  it('stores when and from where the key was last used, once a minute', async () => {
    const team = await api.newTeam()
    const { request } = await team.key()
    await request('GET', '/v1/projects')
    const [first] = await listOf(team)
    expect(first?.lastUsed?.from).toBe('192.0.2.1')
    await request('GET', '/v1/projects')
    expect((await listOf(team))[0]?.lastUsed).toEqual(first?.lastUsed)
    skipped += minute
    await request('GET', '/v1/projects')
    const again = (await listOf(team))[0]?.lastUsed
    expect(Date.parse(again?.at ?? '') - Date.parse(first?.lastUsed?.at ?? '')).toBeGreaterThanOrEqual(minute)
  })
})
