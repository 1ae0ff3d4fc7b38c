import { beforeEach, describe, expect, it } from 'vitest'
import { newFakeAuthenticator } from '#server/testing/fakes/fake-authenticator.ts'
import { totp } from '#server/testing/fakes/totp.ts'
import { prepareSetUpServer } from '#server/testing/processes/set-up-server.ts'
import {
  firstAccount,
  type SessionHeaders,
  sessionCookie,
  type TestServer,
} from '#server/testing/processes/test-server.ts'
import type { AuditRecord } from '#shared/audit/audit-record.ts'
import type { Failure } from '#shared/failure.ts'
import type { Page } from '#shared/page.ts'
import type { Account, TwoFactorSetup } from '#shared/people/account.ts'
import type { PasskeyCreation, PasskeyRequest } from '#shared/people/webauthn.ts'

const { password } = firstAccount
const next = 'another long horse'

let server: TestServer
let session: SessionHeaders
const newServer = await prepareSetUpServer()
beforeEach(async () => {
  const started = await newServer()
  server = started.server
  session = started.cookie
})

const ask = <Content = Failure>(method: string, path: string, body?: unknown, also = {}) =>
  server.request<Content>(method, `/v1/${path}`, body, { ...session, ...also })

const turnOn = async (): Promise<string> => {
  const { json } = await ask<TwoFactorSetup>('POST', 'account/two-factor', { password })
  const on = await ask('POST', 'account/two-factor/on', { code: totp(json.seed) })
  expect(on.status).toBe(204)
  session = sessionCookie(on, session)
  return json.seed
}

const origin = () => `http://localhost:${new URL(server.address).port}`

/** Adds a passkey. Returns a function that signs a new challenge with it. */
const addPasskey = async () => {
  const page = { origin: origin(), host: new URL(origin()).host }
  const authenticator = newFakeAuthenticator(origin())
  const challenge = await ask<PasskeyCreation>('POST', 'account/passkey-challenge', undefined, page)
  const cookie = `${session.cookie}; ${sessionCookie(challenge).cookie}`
  const credential = authenticator.create(challenge.json)
  expect((await ask('POST', 'account/passkeys', { name: 'Laptop', credential }, { ...page, cookie })).status).toBe(204)
  return async () => {
    const asked = await ask<PasskeyRequest>('POST', 'session/passkey-challenge', undefined, page)
    const passkey = authenticator.get(asked.json)
    return { passkey, headers: { ...page, cookie: `${session.cookie}; ${sessionCookie(asked).cookie}` } }
  }
}

const fieldOf = ({ json }: { json: Failure }) => json.issues[0]?.path?.[0]

describe('with two-factor sign-in', () => {
  it.each([
    ['confirming', 'POST', 'session/confirmation', { password }],
    ['changing the password', 'PUT', 'account/password', { current: password, next }],
    ['turning it off', 'POST', 'account/two-factor/off', { password }],
  ])('%s takes a code besides the password', async (_what, method, path, body) => {
    const seed = await turnOn()
    const without = await ask(method, path, body)
    expect([without.status, fieldOf(without)]).toEqual([400, 'code'])
    const wrong = await ask(method, path, { ...body, code: totp(seed, 7) })
    expect([wrong.status, fieldOf(wrong)]).toEqual([400, 'code'])
    expect((await ask<Account>('GET', 'account')).json.twoFactor).toBe(true)
    expect((await server.signIn()).status).toBe(200)
    expect((await ask(method, path, { ...body, code: totp(seed, 1) })).status).toBe(204)
  })

  it('a code confirms once', async () => {
    const seed = await turnOn()
    const code = totp(seed, 1)
    expect((await ask('POST', 'session/confirmation', { password, code })).status).toBe(204)
    expect((await ask('POST', 'session/confirmation', { password, code })).status).toBe(400)
  })
})

describe('with a passkey', () => {
  it('the password alone confirms nothing, and the passkey alone does', async () => {
    const sign = await addPasskey()
    const without = await ask('POST', 'session/confirmation', { password })
    expect([without.status, fieldOf(without)]).toEqual([400, 'passkey'])
    const { passkey, headers } = await sign()
    expect((await ask('POST', 'session/confirmation', { passkey }, headers)).status).toBe(204)
    expect((await ask('POST', 'session/confirmation', { passkey }, headers)).status).toBe(400)
    // The check of a passkey leaves no session behind.
    expect((await ask<Account>('GET', 'account')).json.sessions).toHaveLength(1)
  })

  it('the password is changed with password and passkey', async () => {
    const sign = await addPasskey()
    const body = { current: password, next }
    expect((await ask('PUT', 'account/password', body)).status).toBe(400)
    const { passkey, headers } = await sign()
    expect((await ask('PUT', 'account/password', { ...body, passkey }, headers)).status).toBe(204)
  })
})

it('nothing confirms without password and passkey', async () => {
  expect((await ask('POST', 'session/confirmation', {})).status).toBe(400)
  expect((await ask('POST', 'session/confirmation', { code: '123456' })).status).toBe(400)
})

it('wrong confirmations are on record, once a minute for each kind', async () => {
  for (let count = 0; count < 3; count++) await ask('POST', 'session/confirmation', { password: 'not the password' })
  const { json } = await ask<Page<AuditRecord>>('GET', 'audit?action=session.refused')
  expect(json.items.map(({ by, detail }) => [by?.name, detail])).toEqual([
    [firstAccount.name, 'wrong password, to confirm'],
  ])
})
