import { createHmac } from 'node:crypto'
import type { JWTPayload } from 'jose'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  type FakeOpenidProvider,
  openidClient,
  startFakeOpenidProvider,
} from '#server/testing/fakes/fake-openid-provider.ts'
import { openidBrowser } from '#server/testing/fakes/openid-browser.ts'
import { totp } from '#server/testing/fakes/totp.ts'
import { firstAccount, startTestServer, type TestServer } from '#server/testing/processes/test-server.ts'
import type { AuditRecord } from '#shared/audit/audit-record.ts'
import type { Failure } from '#shared/failure.ts'
import type { Page } from '#shared/page.ts'
import type { Account, TwoFactorSetup } from '#shared/people/account.ts'
import type { Session } from '#shared/people/session.ts'

const lin = { sub: 'lin-at-provider', name: 'Lin Wu', email: 'lin@example.com', email_verified: true }

let provider: FakeOpenidProvider
let server: TestServer

const settings = () => ({
  PUBLIC_URL: 'https://secrets.example.com',
  OIDC_ISSUER: provider.issuer,
  OIDC_CLIENT_ID: openidClient.id,
  OIDC_CLIENT_SECRET: openidClient.secret,
  OIDC_NAME: 'Corp ID',
  OIDC_JOIN: 'groups=dev:gradient-next:member,groups=ops:gradient-next:admin,groups=other:elsewhere:admin',
})

const start = async (changes: Record<string, string> = {}) => {
  server = await startTestServer({ ...settings(), ...changes })
  await server.setUp()
}

beforeEach(async () => {
  provider = await startFakeOpenidProvider()
  await start()
})

/** Returns a browser in which the owner is signed in with their password. */
const ownersBrowser = async () => {
  const browser = openidBrowser(server, provider)
  const { email, password } = firstAccount
  expect((await browser.request('POST', '/v1/session', { email, password })).status).toBe(200)
  return browser
}

const records = async () => {
  const owner = await ownersBrowser()
  const { json } = await owner.request<Page<AuditRecord>>('GET', '/v1/audit')
  return json.items.map(({ action, name, detail, by }) => ({ action, name, detail, by: by?.name }))
}

describe('a person who is new here', () => {
  it('joins the teams that their claims name, with the role of the first rule, on record', async () => {
    const browser = openidBrowser(server, provider)
    const { status, json, headers } = await browser.signIn<Session>({ ...lin, groups: ['ops', 'dev'] })
    expect([status, json.user, json.team?.role]).toEqual([
      200,
      { id: expect.any(String), name: lin.name, email: lin.email },
      'member',
    ])
    const cookie = headers.getSetCookie().find((one) => one.startsWith('__Host-gradient-session'))
    expect(cookie).toContain('SameSite=Strict')
    expect(await records()).toContainEqual({
      action: 'member.join',
      name: lin.name,
      detail: 'member, by claim groups=dev',
      by: lin.name,
    })
    const again = await openidBrowser(server, provider).signIn<Session>(lin)
    expect([again.status, again.json.user]).toEqual([200, json.user])
    expect(await records()).toContainEqual(
      expect.objectContaining({ action: 'session.start', detail: 'with Corp ID', by: lin.name }),
    )
  })

  it('is told to ask for an invite when no claim matches, and gets no account', async () => {
    for (const claims of [lin, { ...lin, groups: 'developers' }, { ...lin, groups: ['other'] }]) {
      const { status, json } = await openidBrowser(server, provider).signIn<Failure>(claims)
      expect([status, json.message]).toEqual([403, expect.stringContaining('Ask a member of a team for an invite')])
    }
  })

  it('accepts an invite, and has an account without a password', async () => {
    const owner = await ownersBrowser()
    const { json: invite } = await owner.request<{ token: string }>('POST', '/v1/invites', { role: 'viewer' })
    const browser = openidBrowser(server, provider)
    const { status, json } = await browser.signIn<Session>(lin, invite.token)
    expect([status, json.user.name, json.team?.role]).toEqual([200, 'Lin Wu', 'viewer'])
    const account = (await browser.request<Account>('GET', '/v1/account')).json
    expect([account.hasPassword, account.openid]).toEqual([false, { name: 'Corp ID', connected: true }])
  })

  it.each([
    { email: undefined },
    { email_verified: false },
    { email_verified: 'False' },
    { email_verified: 0 },
    { email: 'no address' },
  ])('gets no account with the email %j', async (changes) => {
    const { status } = await openidBrowser(server, provider).signIn({ ...lin, groups: ['dev'], ...changes })
    expect(status).toBe(403)
  })

  it('never gets the account that has their email', async () => {
    const { status, json } = await openidBrowser(server, provider).signIn<Failure>({
      ...lin,
      groups: ['dev'],
      email: firstAccount.email,
    })
    expect([status, json.code]).toEqual([409, 'CONFLICT'])
    const account = (await (await ownersBrowser()).request<Account>('GET', '/v1/account')).json
    expect(account.openid?.connected).toBe(false)
  })

  it('joins by the groups of the userinfo endpoint too', async () => {
    await start({ OIDC_JOIN: 'groups=from userinfo:gradient-next:viewer' })
    const { json } = await openidBrowser(server, provider).signIn<Session>(lin)
    expect(json.team?.role).toBe('viewer')
  })
})

describe('an existing account', () => {
  it('is connected from within, and signs in with either from then on', async () => {
    const owner = await ownersBrowser()
    const { ticket, for: purpose } = await owner.visit('/v1/account/openid/address', lin)
    expect(purpose).toBe('connect')
    expect((await owner.request('POST', '/v1/account/openid', { ticket })).status).toBe(204)
    const { json } = await openidBrowser(server, provider).signIn<Session>(lin)
    expect(json.user.email).toBe(firstAccount.email)
    expect(await records()).toContainEqual(
      expect.objectContaining({ action: 'account.change', detail: 'sign-in by identity provider connected' }),
    )
    expect((await owner.request('DELETE', '/v1/account/openid')).status).toBe(204)
    expect((await openidBrowser(server, provider).signIn(lin)).status).toBe(403)
  })

  it('is not connected with a ticket of another session, browser or purpose', async () => {
    const [owner, other] = [await ownersBrowser(), await ownersBrowser()]
    const { ticket } = await owner.visit('/v1/account/openid/address', lin)
    expect((await other.request('POST', '/v1/account/openid', { ticket })).status).toBe(401)
    const signIn = await owner.visit('/v1/session/openid/address', lin, {})
    expect((await owner.request('POST', '/v1/account/openid', { ticket: signIn.ticket })).status).toBe(401)
    const connect = await owner.visit('/v1/account/openid/address', lin)
    expect((await owner.request('POST', '/v1/session/openid', { ticket: connect.ticket })).status).toBe(401)
  })

  it('is not connected with an identity of another account', async () => {
    await openidBrowser(server, provider).signIn({ ...lin, groups: ['dev'] })
    const owner = await ownersBrowser()
    const { ticket } = await owner.visit('/v1/account/openid/address', lin)
    expect((await owner.request('POST', '/v1/account/openid', { ticket })).status).toBe(409)
  })

  it('is not disconnected when that is the only way in', async () => {
    const browser = openidBrowser(server, provider)
    await browser.signIn({ ...lin, groups: ['dev'], auth_time: Math.floor(Date.now() / 1000) })
    const { status, json } = await browser.request<Failure>('DELETE', '/v1/account/openid')
    expect([status, json.message]).toEqual([409, expect.stringContaining('only way')])
  })
})

describe('a confirmation', () => {
  const signedIn = async (claims: JWTPayload = {}) => {
    const browser = openidBrowser(server, provider)
    await browser.signIn({ ...lin, groups: ['dev'], ...claims })
    const makeKey = async () => (await browser.request('POST', '/v1/api-keys', { name: 'ci' })).status
    return { browser, makeKey }
  }
  const seconds = () => Math.floor(Date.now() / 1000)

  it('is missing after a sign-in that the provider answered from an old session', async () => {
    expect(await (await signedIn()).makeKey()).toBe(403)
    expect(await (await signedIn({ auth_time: seconds() - 3600 })).makeKey()).toBe(403)
    expect(await (await signedIn({ auth_time: seconds() + 24 * 3600 })).makeKey()).toBe(403)
    expect(await (await signedIn({ auth_time: seconds() })).makeKey()).toBe(201)
  })

  it('asks the provider for a new sign-in, and counts it', async () => {
    const { browser, makeKey } = await signedIn()
    const { json } = await browser.request<{ url: string }>('POST', '/v1/session/confirmation/openid/address')
    const { searchParams } = new URL(json.url)
    expect([searchParams.get('prompt'), searchParams.get('max_age')]).toEqual(['login', '0'])
    const { ticket } = await browser.comeBack(provider.signIn(json.url, { ...lin, auth_time: seconds() }))
    expect((await browser.request('POST', '/v1/session/confirmation/openid', { ticket })).status).toBe(204)
    expect(await makeKey()).toBe(201)
  })

  it.each([
    ['without a time', {}],
    ['of an hour ago', { auth_time: Math.floor(Date.now() / 1000) - 3600 }],
  ])('refuses a sign-in %s', async (_when, claims) => {
    const { browser, makeKey } = await signedIn()
    const { problem } = await browser.visit('/v1/session/confirmation/openid/address', { ...lin, ...claims })
    expect([problem, await makeKey()]).toEqual(['invalid', 403])
  })

  it('refuses somebody else', async () => {
    const { browser, makeKey } = await signedIn()
    const other = { ...lin, sub: 'another', auth_time: seconds() }
    const { ticket } = await browser.visit('/v1/session/confirmation/openid/address', other)
    expect((await browser.request('POST', '/v1/session/confirmation/openid', { ticket })).status).toBe(403)
    expect(await makeKey()).toBe(403)
  })
})

describe('a second factor', () => {
  it('of the provider is asked for when an account with one confirms there', async () => {
    const owner = await ownersBrowser()
    const connect = await owner.visit('/v1/account/openid/address', lin)
    await owner.request('POST', '/v1/account/openid', { ticket: connect.ticket })
    const { json } = await owner.request<TwoFactorSetup>('POST', '/v1/account/two-factor', {
      password: firstAccount.password,
    })
    expect((await owner.request('POST', '/v1/account/two-factor/on', { code: totp(json.seed) })).status).toBe(204)
    const confirm = async (claims: JWTPayload) => {
      const signedIn = { ...lin, auth_time: Math.floor(Date.now() / 1000), ...claims }
      const { ticket } = await owner.visit('/v1/session/confirmation/openid/address', signedIn)
      return (await owner.request('POST', '/v1/session/confirmation/openid', { ticket })).status
    }
    expect([await confirm({}), await confirm({ amr: ['pwd'] }), await confirm({ amr: ['pwd', 'otp'] })]).toEqual([
      403, 403, 204,
    ])
  })

  it.each([
    [{ amr: ['mfa'] }, 200],
    [{ acr: 'mfa' }, 200],
    [{ amr: ['pwd'] }, 403],
    [{}, 403],
  ])('counts for a team that requires one: %j', async (claims, status) => {
    await openidBrowser(server, provider).signIn({ ...lin, groups: ['dev'] })
    const owner = await ownersBrowser()
    const connect = await owner.visit('/v1/account/openid/address', { ...lin, sub: 'ada' })
    await owner.request('POST', '/v1/account/openid', { ticket: connect.ticket })
    const strong = openidBrowser(server, provider)
    const auth_time = Math.floor(Date.now() / 1000)
    const { json } = await strong.signIn<Session>({ ...lin, sub: 'ada', amr: ['mfa'], auth_time })
    const changed = await strong.request('PATCH', `/v1/teams/${json.team?.id}`, { secondFactor: 'required' })
    expect(changed.status).toBe(200)
    const browser = openidBrowser(server, provider)
    await browser.signIn({ ...lin, ...claims })
    expect((await browser.request('GET', '/v1/projects')).status).toBe(status)
  })
})

describe('an ID token', () => {
  const refused = async (faults: Partial<FakeOpenidProvider['faults']>) => {
    Object.assign(provider.faults, faults)
    const browser = openidBrowser(server, provider)
    const outcome = await browser.visit('/v1/session/openid/address', { ...lin, groups: ['dev'] }, {})
    expect(outcome).toEqual({ ticket: '', problem: 'invalid', for: 'signIn' })
    return server.log()
  }
  /** Seconds since 1970, `later` from now. */
  const at = (later: number) => Math.floor(Date.now() / 1000) + later
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')

  it.each<[string, () => Record<string, unknown>]>([
    ['for another client', () => ({ aud: 'another' })],
    ['of another issuer', () => ({ iss: 'https://evil.example' })],
    ['with another nonce', () => ({ nonce: 'another' })],
    ['without a nonce', () => ({ nonce: undefined })],
    ['that has expired', () => ({ exp: at(-120) })],
    ['without an end', () => ({ exp: undefined })],
    ['that is not valid yet', () => ({ nbf: at(300) })],
    ['from the future', () => ({ iat: at(300), exp: at(600) })],
    ['without a time', () => ({ iat: undefined })],
    ['without a subject', () => ({ sub: undefined })],
    ['with an empty subject', () => ({ sub: '' })],
    ['with a long subject', () => ({ sub: 'x'.repeat(256) })],
    ['that another client asked for', () => ({ azp: 'another' })],
    ['for several clients without saying who asked', () => ({ aud: [openidClient.id, 'another'] })],
  ])('%s is refused', async (_what, claims) => {
    await refused({ claims: claims() })
  })

  it('without a signature is refused', async () => {
    await refused({ sign: async (claims) => `${encode({ alg: 'none' })}.${encode(claims)}.` })
  })

  it.each(['the public key', 'the client secret'])('with an HMAC by %s is refused', async (which) => {
    await refused({
      sign: async (claims) => {
        const content = `${encode({ alg: 'HS256', kid: 'one' })}.${encode(claims)}`
        const key = which === 'the public key' ? await provider.publicKeyText() : openidClient.secret
        return `${content}.${createHmac('sha256', key).update(content).digest('base64url')}`
      },
    })
  })

  it('by an unknown key is refused', async () => {
    const other = await startFakeOpenidProvider()
    await refused({ sign: other.sign })
  })

  it('that is no token is refused, and nothing of it is logged', async () => {
    expect(await refused({ sign: async () => 'canary-in-token' })).not.toContain('canary')
  })

  it('is accepted within a minute of clock skew, and for several clients that name this one', async () => {
    for (const claims of [
      { exp: at(-30), iat: at(-330) },
      { nbf: at(30), iat: at(30) },
      { aud: [openidClient.id, 'another'], azp: openidClient.id },
    ]) {
      provider.faults.claims = claims
      expect((await openidBrowser(server, provider).signIn({ ...lin, groups: ['dev'] })).status).toBe(200)
    }
  })

  it('by a key that the provider rotated to is accepted after the keys are fetched again', async () => {
    const signIn = async () => (await openidBrowser(server, provider).signIn({ ...lin, groups: ['dev'] })).status
    expect(await signIn()).toBe(200)
    await provider.rotate('two')
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 31_000 })
    onTestFinished(() => void vi.useRealTimers())
    expect([await signIn(), provider.counts.keys]).toEqual([200, 2])
  })
})

describe('the callback', () => {
  const begin = async () => {
    const browser = openidBrowser(server, provider)
    const { json, headers } = await browser.request<{ url: string }>('POST', '/v1/session/openid/address', {})
    return { browser, url: json.url, headers, path: provider.signIn(json.url, { ...lin, groups: ['dev'] }) }
  }

  it('sends a code challenge, a nonce and a state, and binds them to the browser by a Lax cookie', async () => {
    const { url, headers } = await begin()
    const { searchParams } = new URL(url)
    expect(Object.fromEntries(searchParams)).toEqual({
      response_type: 'code',
      client_id: openidClient.id,
      redirect_uri: 'https://secrets.example.com/v1/session/openid/callback',
      scope: 'openid profile email',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    })
    expect(headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Host-gradient-openid=[\w-]{43}; Path=\/; Max-Age=660; HttpOnly; SameSite=Lax; Secure$/),
    ])
  })

  it('refuses another browser, an unknown state and a second use', async () => {
    const { browser, path } = await begin()
    // With a cookie of their own, from a sign-in that they began.
    const { browser: stranger } = await begin()
    expect(await stranger.comeBack(path)).toMatchObject({ problem: 'browser', ticket: '' })
    // Used up by the stranger: anyone who got hold of the address must not get a second try.
    expect(await browser.comeBack(path)).toMatchObject({ problem: 'browser', ticket: '' })
    const { browser: other, path: known } = await begin()
    expect(await other.comeBack(known.replace(/state=[^&]+/, 'state=unknown'))).toMatchObject({ problem: 'browser' })
    expect(await other.comeBack('/v1/session/openid/callback?code=a')).toMatchObject({ problem: 'browser' })
    expect((await other.comeBack(known)).ticket).toMatch(/^[\w-]{43}$/)
    expect(await other.comeBack(known)).toMatchObject({ problem: 'browser' })
  })

  it('refuses a state after ten minutes, and a ticket after one', async () => {
    const { browser, path } = await begin()
    const late = await begin()
    const { ticket } = await browser.comeBack(path)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 })
    onTestFinished(() => void vi.useRealTimers())
    expect((await browser.request('POST', '/v1/session/openid', { ticket })).status).toBe(401)
    vi.setSystemTime(Date.now() + 600_000)
    expect(await late.browser.comeBack(late.path)).toMatchObject({ problem: 'browser' })
  })

  it('makes a ticket that works once, in its browser', async () => {
    const { browser, path } = await begin()
    const { ticket } = await browser.comeBack(path)
    const trade = async (by = browser) => (await by.request('POST', '/v1/session/openid', { ticket })).status
    expect([await trade(), await trade()]).toEqual([200, 401])
    const second = await begin()
    const stolen = await second.browser.comeBack(second.path)
    const thief = openidBrowser(server, provider)
    expect((await thief.request('POST', '/v1/session/openid', { ticket: stolen.ticket })).status).toBe(401)
  })

  it('refuses a code that was used', async () => {
    const { browser, path } = await begin()
    await browser.comeBack(path)
    const { browser: other, path: own } = await begin()
    const code = new URL(path, 'http://a').searchParams.get('code') ?? ''
    expect(await other.comeBack(own.replace(/code=[^&]+/, `code=${code}`))).toMatchObject({ problem: 'invalid' })
  })

  it('refuses an answer of another provider', async () => {
    const { browser, path } = await begin()
    expect(await browser.comeBack(`${path}&iss=https://evil.example`)).toMatchObject({ problem: 'invalid' })
    expect(provider.counts.token).toBe(0)
    const second = await begin()
    expect((await second.browser.comeBack(`${second.path}&iss=${provider.issuer}`)).ticket).not.toBe('')
  })

  it('says that the provider refused', async () => {
    const { browser, path } = await begin()
    const refused = path.replace(/code=[^&]+/, 'error=access_denied')
    expect(await browser.comeBack(refused)).toMatchObject({ problem: 'refused' })
  })

  it('leaves no code, state, ticket or secret in the log', async () => {
    const { browser, path } = await begin()
    const { ticket } = await browser.comeBack(path)
    await browser.request('POST', '/v1/session/openid', { ticket })
    const { searchParams } = new URL(path, 'http://a')
    const log = server.log()
    for (const secret of [ticket, openidClient.secret, ...searchParams.values()]) expect(log).not.toContain(secret)
  })
})

describe('a provider that is away', () => {
  const asked = async () => {
    const { status, json } = await openidBrowser(server, provider).request('POST', '/v1/session/openid/address', {})
    return [status, json.code]
  }

  it('stops nobody who is signed in, nor passwords, and sign-in says so', async () => {
    const browser = openidBrowser(server, provider)
    await browser.signIn({ ...lin, groups: ['dev'] })
    await start()
    provider.stop()
    expect(await asked()).toEqual([503, 'UNAVAILABLE'])
    expect((await server.signIn()).status).toBe(200)
  })

  it.each<[string, FakeOpenidProvider['faults']['answer']]>([
    ['redirects', { discovery: (answer) => answer.writeHead(302, { location: 'http://127.0.0.1:1/' }).end() }],
    ['fails', { discovery: (answer) => answer.writeHead(500).end() }],
    ['sends no JSON', { discovery: (answer) => answer.end('<html>') }],
    ['sends a huge answer', { discovery: (answer) => answer.end(`{"a":"${'x'.repeat(300_000)}"}`) }],
    ['sends a list', { discovery: (answer) => answer.end('[]') }],
  ])('and %s has no address', async (_how, answer) => {
    provider.faults.answer = answer ?? {}
    expect(await asked()).toEqual([503, 'UNAVAILABLE'])
  })

  it.each([
    ['another issuer', { issuer: 'https://evil.example' }],
    ['an endpoint without protection', { token_endpoint: 'http://id.example.com/token' }],
    ['no keys', { jwks_uri: undefined }],
    ['a script as address', { authorization_endpoint: 'javascript:alert(1)' }],
  ])('and names %s has no address', async (_what, metadata) => {
    provider.faults.metadata = metadata
    expect(await asked()).toEqual([503, 'UNAVAILABLE'])
  })

  it.each<[string, FakeOpenidProvider['faults']['answer']]>([
    ['the token endpoint redirects', { token: (answer) => answer.writeHead(307, { location: '/token' }).end() }],
    ['the token endpoint fails', { token: (answer) => answer.writeHead(502).end() }],
    ['the keys are huge', { keys: (answer) => answer.end(`{"keys":["${'x'.repeat(300_000)}"]}`) }],
    ['the keys fail', { keys: (answer) => answer.writeHead(503).end() }],
  ])('signs nobody in when %s', async (_how, answer) => {
    provider.faults.answer = answer ?? {}
    const browser = openidBrowser(server, provider)
    expect(await browser.visit('/v1/session/openid/address', lin, {})).toMatchObject({ problem: 'away', ticket: '' })
  })

  it('is asked once for concurrent sign-ins, and its answer is used for an hour', async () => {
    const start = () => openidBrowser(server, provider).request('POST', '/v1/session/openid/address', {})
    await Promise.all([start(), start(), start()])
    await start()
    expect(provider.counts.discovery).toBe(1)
  })
})

describe('PASSWORD_SIGN_IN', () => {
  it('owners lets owners in, and tells nobody else whether their password was right', async () => {
    await start({ PASSWORD_SIGN_IN: 'owners' })
    expect((await server.signIn()).status).toBe(200)
    const owner = await ownersBrowser()
    const join = async (role: string, email: string) => {
      const { json } = await owner.request<{ token: string }>('POST', '/v1/invites', { role })
      const account = { name: 'Cy', email, password: firstAccount.password }
      const body = { token: json.token, account }
      return (await openidBrowser(server, provider).request('POST', '/v1/invitation/acceptance', body)).status
    }
    expect([await join('admin', 'cy@example.com'), await join('owner', 'bo@example.com')]).toEqual([403, 200])
    expect((await server.signIn({ email: 'bo@example.com' })).status).toBe(200)
    const { json: members } = await owner.request<Page<{ id: string; email: string }>>('GET', '/v1/members')
    const bo = members.items.find(({ email }) => email === 'bo@example.com')
    await owner.request('PATCH', `/v1/members/${bo?.id}`, { role: 'admin' })
    const right = await server.signIn({ email: 'bo@example.com' })
    const wrong = await server.signIn({ email: 'bo@example.com', password: 'not the password' })
    const unknown = await server.signIn({ email: 'nobody@example.com' })
    expect([right.status, wrong.text, unknown.text]).toEqual([401, right.text, right.text])
    expect(right.text).toContain('Corp ID')
  })

  it('off lets nobody in', async () => {
    await start({ PASSWORD_SIGN_IN: 'off' })
    expect((await server.signIn()).status).toBe(401)
    const { json } = await server.request('GET', '/v1/session/ways')
    expect(json).toEqual({ password: 'off', openid: { name: 'Corp ID' } })
  })
})

it('without a provider, its routes are not found', async () => {
  server = await startTestServer()
  await server.setUp()
  expect((await server.request('POST', '/v1/session/openid/address', {})).status).toBe(404)
  expect((await server.request('GET', '/v1/session/ways')).json).toEqual({ password: 'on', openid: null })
})
