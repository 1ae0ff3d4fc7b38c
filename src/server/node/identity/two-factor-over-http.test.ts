import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { totp } from '#server/testing/fakes/totp.ts'
import { prepareSetUpServer } from '#server/testing/processes/set-up-server.ts'
import {
  firstAccount,
  type SessionHeaders,
  sessionCookie,
  type TestServer,
} from '#server/testing/processes/test-server.ts'
import type { Failure } from '#shared/failure.ts'
import type { Account, RecoveryCodes, TwoFactorSetup } from '#shared/people/account.ts'

let folder: string
let server: TestServer
let cookie: SessionHeaders
const newServer = await prepareSetUpServer()
beforeEach(async () => {
  ;({ server, folder, cookie } = await newServer())
})

const ask = <Content = Failure>(method: string, path: string, body?: unknown) =>
  server.request<Content>(method, `/v1/${path}`, body, cookie)

const begin = async () => {
  const { status, json } = await ask<TwoFactorSetup>('POST', 'account/two-factor', { password: firstAccount.password })
  expect(status).toBe(201)
  return json
}

const turnOn = async () => {
  const setup = await begin()
  const answer = await ask('POST', 'account/two-factor/on', { code: totp(setup.seed) })
  expect(answer.status).toBe(204)
  cookie = sessionCookie(answer, cookie)
  return setup
}

const signIn = (changes: { code?: string; password?: string; email?: string } = {}) =>
  server.request<Failure & { secondFactor?: boolean; user?: { email: string } }>('POST', '/v1/session', {
    email: firstAccount.email,
    password: firstAccount.password,
    ...changes,
  })

/** Returns a code that turning two-factor sign-in on did not use, and that is valid now and in the next 30 seconds. */
const nextCode = (seed: string) => totp(seed, 1)

const isOn = async () => (await ask<Account>('GET', 'account')).json.twoFactor

describe('turning two-factor sign-in on', () => {
  it('needs the password, then a code from the seed, and changes nothing before that', async () => {
    const { uri, seed, recoveryCodes } = await begin()
    expect(new URL(uri).searchParams.get('secret')).toBe(seed)
    expect(decodeURIComponent(uri)).toMatch(/^otpauth:\/\/totp\/Gradient Secrets:ada@example\.com\?/)
    expect(new Set(recoveryCodes).size).toBe(10)
    expect([await isOn(), (await signIn()).json.user?.email]).toEqual([false, firstAccount.email])
    const wrong = await ask('POST', 'account/two-factor/on', { code: totp(seed, 5) })
    expect([wrong.status, wrong.json.issues[0]?.path]).toEqual([400, ['code']])
    const on = await ask('POST', 'account/two-factor/on', { code: ` ${totp(seed).replace(/^.../, '$& ')} ` })
    expect(on.status).toBe(204)
    cookie = sessionCookie(on, cookie)
    expect(await isOn()).toBe(true)
  })

  it('is rejected with a wrong password, and while it is already on', async () => {
    const wrong = await ask('POST', 'account/two-factor', { password: 'not the password' })
    expect([wrong.status, wrong.json.issues[0]?.path]).toEqual([400, ['password']])
    const { seed } = await turnOn()
    const proof = { password: firstAccount.password, code: nextCode(seed) }
    const again = await ask('POST', 'account/two-factor', proof)
    expect([again.status, again.json.code]).toEqual([409, 'CONFLICT'])
  })

  it('invalidates the old seed when started again', async () => {
    const { seed: old } = await begin()
    const { seed } = await begin()
    expect((await ask('POST', 'account/two-factor/on', { code: totp(old) })).status).toBe(400)
    expect((await ask('POST', 'account/two-factor/on', { code: totp(seed) })).status).toBe(204)
  })

  it('ends the other sessions, which proved a password only', async () => {
    const other = sessionCookie(await signIn())
    const statusOf = async (session: typeof other) =>
      (await server.request('GET', '/v1/session', undefined, session)).status
    expect(await statusOf(other)).toBe(200)
    await turnOn()
    expect([await statusOf(other), await isOn()]).toEqual([401, true])
  })

  it('limits guesses of the code', async () => {
    const { seed } = await begin()
    for (let later = 10; later < 15; later++) {
      expect((await ask('POST', 'account/two-factor/on', { code: totp(seed, later) })).status).toBe(400)
    }
    expect((await ask('POST', 'account/two-factor/on', { code: totp(seed) })).status).toBe(429)
  })
})

describe('signing in with two factors', () => {
  it('asks for a code after the right password, and starts no session before', async () => {
    const { seed } = await turnOn()
    const asked = await signIn()
    expect([asked.status, asked.json, asked.headers.getSetCookie()]).toEqual([200, { secondFactor: true }, []])
    const done = await signIn({ code: nextCode(seed) })
    expect([done.status, done.json.user?.email]).toEqual([200, firstAccount.email])
    expect((await server.request('GET', '/v1/session', undefined, sessionCookie(done))).status).toBe(200)
  })

  it('reveals nothing about the code after a wrong password, nor whether the account exists', async () => {
    const { seed } = await turnOn()
    const code = nextCode(seed)
    const wrong = await signIn({ password: 'not the password', code })
    const unknown = await signIn({ email: 'eve@example.com', code })
    expect([wrong.status, wrong.text]).toEqual([401, unknown.text])
    expect(unknown.status).toBe(401)
    expect((await signIn({ code })).status).toBe(200)
  })

  it('accepts a code once, even in concurrent requests', async () => {
    const { seed } = await turnOn()
    const code = nextCode(seed)
    const statuses = (await Promise.all([signIn({ code }), signIn({ code })])).map(({ status }) => status)
    expect(statuses.toSorted()).toEqual([200, 401])
    const replayed = await signIn({ code })
    expect([replayed.status, replayed.json.issues[0]?.path, replayed.headers.getSetCookie()]).toEqual([
      401,
      ['code'],
      [],
    ])
  })

  it('rejects the code that turned it on', async () => {
    const { seed } = await begin()
    const code = totp(seed)
    await ask('POST', 'account/two-factor/on', { code })
    expect((await signIn({ code })).status).toBe(401)
  })

  it('accepts each recovery code once', async () => {
    const { recoveryCodes } = await turnOn()
    const [one = '', other = ''] = recoveryCodes
    expect((await signIn({ code: ` ${one} ` })).status).toBe(200)
    expect((await signIn({ code: one })).status).toBe(401)
    expect((await signIn({ code: other })).status).toBe(200)
    expect((await signIn({ code: 'aaaaa-bbbbb' })).status).toBe(401)
  })

  it('is slowed down after five wrong codes, also with requests without a code in between', async () => {
    const { seed } = await turnOn()
    for (let later = 10; later < 15; later++) {
      expect((await signIn()).json).toEqual({ secondFactor: true })
      expect((await signIn({ code: totp(seed, later) })).status).toBe(401)
    }
    const { status, headers } = await signIn({ code: nextCode(seed) })
    // Thirty seconds, minus the time that the request took.
    expect([status, headers.get('retry-after')]).toEqual([429, expect.stringMatching(/^(2\d|30)$/)])
  })

  it('does not count the request that asks for the code as a failed attempt', async () => {
    await turnOn()
    for (let attempt = 0; attempt < 22; attempt++) expect((await signIn()).status).toBe(200)
  })
})

it('new recovery codes take the password and a code, and replace those of before', async () => {
  const path = 'account/two-factor/recovery-codes'
  const { password } = firstAccount
  expect((await ask('POST', path, { password })).status).toBe(409)
  const { seed, recoveryCodes } = await turnOn()
  const without = await ask('POST', path, { password })
  expect([without.status, without.json.issues[0]?.path]).toEqual([400, ['code']])
  const renewed = await ask<RecoveryCodes>('POST', path, { password, code: nextCode(seed) })
  expect(renewed.status).toBe(201)
  const codes = renewed.json.recoveryCodes
  expect(new Set([...codes, ...recoveryCodes]).size).toBe(20)
  expect([
    (await signIn({ code: recoveryCodes[0] ?? '' })).status,
    (await signIn({ code: codes[0] ?? '' })).status,
  ]).toEqual([401, 200])
})

describe('turning two-factor sign-in off', () => {
  it('needs the password, and afterwards the password is enough', async () => {
    const { seed } = await turnOn()
    const wrong = await ask('POST', 'account/two-factor/off', { password: 'not the password' })
    expect([wrong.status, wrong.json.issues[0]?.path, await isOn()]).toEqual([400, ['password'], true])
    const proof = { password: firstAccount.password, code: nextCode(seed) }
    const off = await ask('POST', 'account/two-factor/off', proof)
    expect(off.status).toBe(204)
    cookie = sessionCookie(off, cookie)
    expect(await isOn()).toBe(false)
    expect((await signIn()).json.user?.email).toBe(firstAccount.email)
  })
})

it('seeds and recovery codes are encrypted at rest and absent from the log', async () => {
  const { seed, recoveryCodes } = await turnOn()
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'latin1'))
  const everything = [...files, server.log()].join()
  expect(everything).toContain(firstAccount.email)
  for (const text of [seed, ...recoveryCodes]) expect(everything).not.toContain(text)
})
