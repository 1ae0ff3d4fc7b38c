import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { addPerson } from '#server/testing/app/add-person.ts'
import { prepareSetUpServer } from '#server/testing/processes/set-up-server.ts'
import { firstAccount, sessionCookie, startTestServer, type TestServer } from '#server/testing/processes/test-server.ts'
import type { Failure } from '#shared/failure.ts'
import type { Page } from '#shared/page.ts'
import type { Account } from '#shared/people/account.ts'
import type { Session } from '#shared/people/session.ts'
import type { Secret } from '#shared/secret.ts'

let folder: string
let server: TestServer
const newServer = await prepareSetUpServer()
beforeEach(async () => {
  ;({ server, folder } = await newServer())
})

const signedIn = async () => {
  const cookie = sessionCookie(await server.signIn())
  return <Content = Failure>(method: string, path: string, body?: unknown) =>
    server.request<Content>(method, `/v1/${path}`, body, cookie)
}

describe('GET /v1/account', () => {
  it('returns the person and their sessions, newest first, without credentials', async () => {
    const ask = await signedIn()
    const { json, text } = await ask<Account>('GET', 'account')
    expect(json).toMatchObject({
      user: { name: firstAccount.name, email: firstAccount.email },
      twoFactor: false,
      hasPassword: true,
      openid: null,
      passkeys: [],
      sessions: [
        { current: true, from: '127.0.0.1' },
        { current: false, from: '127.0.0.1' },
      ],
    })
    expect(text.replace('"hasPassword":true', '')).not.toMatch(/token|password/i)
  })

  it('ignores headers that claim a client address for a session', async () => {
    const claimed = { 'x-forwarded-for': '203.0.113.9', 'gradient-from': '203.0.113.9', 'user-agent': 'a test' }
    const answer = await server.request(
      'POST',
      '/v1/session',
      { email: firstAccount.email, password: firstAccount.password },
      claimed,
    )
    const { json } = await server.request<Account>('GET', '/v1/account', undefined, sessionCookie(answer))
    expect(json.sessions[0]).toMatchObject({ current: true, from: '127.0.0.1', agent: 'a test' })
  })
})

describe('a new name', () => {
  it('appears at once in the account, the session and cached lists', async () => {
    const ask = await signedIn()
    await ask('POST', 'teams/gradient-next/secrets', { name: 'A', value: 'x' })
    const setBy = async () => (await ask<Page<Secret>>('GET', 'teams/gradient-next/secrets')).json.items[0]?.setBy.name
    expect(await setBy()).toBe(firstAccount.name)
    expect((await ask<Account>('PATCH', 'account', { name: ' Ada King ' })).json.user.name).toBe('Ada King')
    expect(await setBy()).toBe('Ada King')
    expect((await ask<Session>('GET', 'session')).json.user.name).toBe('Ada King')
  })

  it.each(['', '  ', 'x'.repeat(101), 'two\nlines'])('is rejected when it is %j', async (name) => {
    const ask = await signedIn()
    expect((await ask('PATCH', 'account', { name })).status).toBe(400)
    expect((await ask<Account>('GET', 'account')).json.user.name).toBe(firstAccount.name)
  })
})

describe('a new password', () => {
  const next = 'another long password'

  it('replaces the old one and ends all other sessions', async () => {
    const other = await signedIn()
    const mine = sessionCookie(await server.signIn())
    const body = { current: firstAccount.password, next }
    const changed = await server.request('PUT', '/v1/account/password', body, mine)
    expect([changed.status, changed.text]).toEqual([204, ''])
    expect((await other('GET', 'session')).status).toBe(401)
    const { status, json } = await server.request<Account>(
      'GET',
      '/v1/account',
      undefined,
      sessionCookie(changed, mine),
    )
    expect([status, json.sessions.length]).toEqual([200, 1])
    expect((await server.signIn()).status).toBe(401)
    expect((await server.signIn({ password: next })).status).toBe(200)
  })

  it('is rejected without the old password, and changes nothing', async () => {
    const ask = await signedIn()
    const { status, json } = await ask('PUT', 'account/password', { current: 'not the password', next })
    expect([status, json.code, json.issues[0]?.path]).toEqual([400, 'BAD_REQUEST', ['current']])
    expect((await ask('GET', 'session')).status).toBe(200)
    expect((await server.signIn()).status).toBe(200)
  })

  it.each(['short', 'x'.repeat(129)])('is rejected with an invalid length: %j', async (next) => {
    const ask = await signedIn()
    const { status, json } = await ask('PUT', 'account/password', { current: firstAccount.password, next })
    expect([status, json.issues[0]?.path]).toEqual([400, ['next']])
  })

  it('counts wrong old passwords together with confirmations, and not with sign-ins', async () => {
    const ask = await signedIn()
    for (let attempt = 0; attempt < 5; attempt++) {
      expect((await ask('PUT', 'account/password', { current: `guess ${attempt}`, next })).status).toBe(400)
    }
    expect((await ask('PUT', 'account/password', { current: firstAccount.password, next })).status).toBe(429)
    expect((await server.signIn()).status).toBe(200)
    expect((await ask('POST', 'session/confirmation', { password: firstAccount.password })).status).toBe(429)
  })
})

describe('a confirmation', () => {
  it('expires when the clock is set back', async () => {
    const hour = 3_600_000
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + hour })
    onTestFinished(() => void vi.useRealTimers())
    const ask = await signedIn()
    const make = async () => (await ask<Failure>('POST', 'api-keys', { name: 'ci' })).status
    expect(await make()).toBe(201)
    vi.setSystemTime(Date.now() - hour)
    expect(await make()).toBe(403)
    expect((await ask('POST', 'session/confirmation', { password: firstAccount.password })).status).toBe(204)
    expect(await make()).toBe(201)
  })

  it("accepts only the person's own password", async () => {
    const ask = await signedIn()
    const wrong = await ask('POST', 'session/confirmation', { password: 'not the password' })
    expect([wrong.status, wrong.json.issues[0]?.path]).toEqual([400, ['password']])
    expect((await ask('POST', 'session/confirmation', { password: firstAccount.password })).status).toBe(204)
  })

  it('resets the count of failures', async () => {
    const ask = await signedIn()
    for (let round = 0; round < 3; round++) {
      for (let attempt = 0; attempt < 3; attempt++) await ask('POST', 'session/confirmation', { password: 'a guess' })
      expect((await ask('POST', 'session/confirmation', { password: firstAccount.password })).status).toBe(204)
    }
  })
})

describe('a session', () => {
  it('can be ended from another session', async () => {
    const other = await signedIn()
    const ask = await signedIn()
    const { json } = await ask<Account>('GET', 'account')
    const own = (await other<Account>('GET', 'account')).json.sessions.find(({ current }) => current)
    expect((await ask('DELETE', `account/sessions/${own?.id}`)).status).toBe(204)
    expect((await other('GET', 'session')).status).toBe(401)
    expect((await ask('DELETE', `account/sessions/${own?.id}`)).status).toBe(404)
    expect((await ask<Account>('GET', 'account')).json.sessions).toHaveLength(json.sessions.length - 1)
  })

  it('of another person is not found, like one that does not exist', async () => {
    const ask = await signedIn()
    const lin = sessionCookie(await server.signIn(await addPerson(folder)))
    const theirs = async () => (await server.request<Account>('GET', '/v1/account', undefined, lin)).json.sessions
    const [session] = await theirs()
    const answers = [
      await ask('DELETE', `account/sessions/${session?.id}`),
      await ask('DELETE', 'account/sessions/none'),
    ]
    expect(answers.map(({ status }) => status)).toEqual([404, 404])
    expect(answers[0]?.text).toBe(answers[1]?.text)
    expect(await theirs()).toEqual([session])
  })
})

describe('a common password, or one about the person or team', () => {
  it.each([
    ['at set-up', 'Gradient Next 1', ['password']],
    ['at set-up', 'password123', ['password']],
  ])('is refused %s: %s', async (_where, password, path) => {
    const fresh = await startTestServer()
    const { status, json, text } = await fresh.request<Failure>('POST', '/v1/setup', { ...firstAccount, password })
    expect([status, json.code, json.issues[0]?.path]).toEqual([400, 'BAD_REQUEST', path])
    expect(text).not.toContain(password)
    expect((await fresh.request('GET', '/v1/setup')).json).toEqual({ open: true })
  })

  it.each(['lovelace2026', 'qwertyuiop', 'gradient.next'])('is refused as a new one: %s', async (next) => {
    const ask = await signedIn()
    const { status, json } = await ask('PUT', 'account/password', { current: firstAccount.password, next })
    expect([status, json.issues[0]?.path]).toEqual([400, ['next']])
  })

  it.each(['grace.hopper@navy', 'qwertyuiop', 'gradient.next'])('is refused with an invite: %s', async (password) => {
    const ask = await signedIn()
    const { json } = await ask<{ token: string }>('POST', 'invites', { role: 'viewer' })
    const account = { name: 'Grace Hopper', email: 'grace.hopper@navy.example', password }
    const answer = await server.request<Failure>('POST', '/v1/invitation/acceptance', { token: json.token, account })
    expect([answer.status, answer.json.issues[0]?.path]).toEqual([400, ['account', 'password']])
  })
})
