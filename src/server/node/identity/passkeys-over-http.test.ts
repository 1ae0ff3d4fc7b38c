import { describe, expect, it } from 'vitest'
import { addPerson } from '#server/testing/app/add-person.ts'
import { newFakeAuthenticator } from '#server/testing/fakes/fake-authenticator.ts'
import { newDataFolder } from '#server/testing/processes/data-folder.ts'
import { firstAccount, sessionCookie, startTestServer } from '#server/testing/processes/test-server.ts'
import type { Failure } from '#shared/failure.ts'
import type { Account } from '#shared/people/account.ts'
import type { Session } from '#shared/people/session.ts'
import type { PasskeyCreation, PasskeyRequest } from '#shared/people/webauthn.ts'

const start = async (settings: Record<string, string> = {}) => {
  const folder = newDataFolder()
  const server = await startTestServer({ DATA_DIR: folder, ...settings })
  const port = new URL(server.address).port
  const origin = settings.PUBLIC_URL ?? `http://localhost:${port}`
  const cookie = sessionCookie(await server.setUp())
  const page = { origin, host: new URL(origin).host }
  const ask = <Content = Failure>(method: string, path: string, body?: unknown, headers = {}) =>
    server.request<Content>(method, `/v1/${path}`, body, { ...page, ...headers })

  /** Adds a passkey to the account that the cookie belongs to. */
  const add = async (authenticator = newFakeAuthenticator(origin), whose = cookie) => {
    const challenge = await ask<PasskeyCreation>('POST', 'account/passkey-challenge', undefined, whose)
    const cookies = { ...whose, cookie: `${whose.cookie}; ${sessionCookie(challenge).cookie}` }
    const body = { name: 'Laptop', credential: authenticator.create(challenge.json) }
    const added = await ask('POST', 'account/passkeys', body, cookies)
    return { authenticator, added, again: () => ask('POST', 'account/passkeys', body, cookies) }
  }
  const signIn = async (authenticator: ReturnType<typeof newFakeAuthenticator>, rpId?: string) => {
    const challenge = await ask<PasskeyRequest>('POST', 'session/passkey-challenge')
    const credential = authenticator.get({ ...challenge.json, ...(rpId ? { rpId } : {}) })
    const send = () => ask<Session>('POST', 'session/passkey', { credential }, sessionCookie(challenge))
    return { answer: await send(), again: send }
  }
  const passkeys = async () => (await ask<Account>('GET', 'account', undefined, cookie)).json.passkeys
  return { server, folder, origin, cookie, ask, add, signIn, passkeys }
}

const localhost = await start()

describe('a passkey', () => {
  it.each([
    ['at localhost, where nothing is said about the address', {}],
    ['at the public address', { PUBLIC_URL: 'https://secrets.example.com' }],
  ])('signs in %s', async (_where, settings) => {
    const { ask, add, signIn, passkeys, server } = await start(settings)
    const { authenticator, added } = await add()
    expect([added.status, added.text]).toEqual([204, ''])
    expect(await passkeys()).toMatchObject([{ name: 'Laptop' }])
    const { answer, again } = await signIn(authenticator)
    expect([answer.status, answer.json.user?.email]).toEqual([200, firstAccount.email])
    expect((await ask('GET', 'session', undefined, sessionCookie(answer))).status).toBe(200)
    expect((await again()).status).toBe(401)
    expect(server.log()).not.toContain('unexpected error')
  })

  it('does not sign in when nobody added it, or from another origin', async () => {
    const { origin, add, signIn } = localhost
    expect((await signIn(newFakeAuthenticator(origin))).answer.status).toBe(401)
    const { added } = await add(newFakeAuthenticator('https://evil.example'))
    expect(added.status).toBe(400)
    const { authenticator } = await add()
    expect((await signIn(authenticator, 'evil.example')).answer.status).toBe(401)
  })

  it('must be unlocked by its owner, because no code is asked for', async () => {
    const { origin, add, signIn } = localhost
    const { added } = await add(newFakeAuthenticator(origin, { unlocked: false }))
    expect(added.status).toBe(400)
    const { authenticator } = await add()
    authenticator.lock()
    expect((await signIn(authenticator)).answer.status).toBe(401)
  })

  it('is added once, and only to the account whose challenge it answers', async () => {
    const { server, folder, ask, add, origin, cookie, passkeys } = await start()
    const { again } = await add()
    expect((await again()).status).toBe(400)
    const lin = sessionCookie(await server.signIn(await addPerson(folder)))
    const challenge = await ask<PasskeyCreation>('POST', 'account/passkey-challenge', undefined, cookie)
    const credential = newFakeAuthenticator(origin).create(challenge.json)
    const cookies = { ...lin, cookie: `${lin.cookie}; ${sessionCookie(challenge).cookie}` }
    expect((await ask('POST', 'account/passkeys', { name: 'Mine', credential }, cookies)).status).toBe(400)
    expect(await passkeys()).toHaveLength(1)
  })

  it('can be deleted only by its owner, and then does not sign in', async () => {
    const { server, folder, ask, add, signIn, cookie, passkeys } = await start()
    const { authenticator } = await add()
    const [passkey] = await passkeys()
    const lin = sessionCookie(await server.signIn(await addPerson(folder)))
    const [theirs, nobodys] = [
      await ask('DELETE', `account/passkeys/${passkey?.id}`, undefined, lin),
      await ask('DELETE', 'account/passkeys/none', undefined, lin),
    ]
    expect([theirs.status, theirs.text]).toEqual([404, nobodys.text])
    expect((await ask('DELETE', `account/passkeys/${passkey?.id}`, undefined, cookie)).status).toBe(204)
    expect((await signIn(authenticator)).answer.status).toBe(401)
  })

  it.each([
    {},
    { credential: null },
    { credential: { id: 'x' } },
    {
      name: 'x',
      credential: { id: '../..', rawId: 'a', type: 'public-key', response: {}, clientExtensionResults: {} },
    },
  ])('is rejected when malformed: %j', async (body) => {
    const { ask, cookie } = localhost
    expect((await ask('POST', 'account/passkeys', body, cookie)).status).toBe(400)
    expect((await ask('POST', 'session/passkey', body)).status).toBe(400)
  })

  it('gets the same challenge whether or not a user is signed in', async () => {
    const { ask, cookie } = localhost
    const challenge = async (headers: object) =>
      (await ask<PasskeyRequest>('POST', 'session/passkey-challenge', undefined, headers)).json
    expect({ ...(await challenge({})), challenge: '' }).toEqual({ ...(await challenge(cookie)), challenge: '' })
  })
})

it('the account page learns that passkeys do not work on an IP address', async () => {
  const hostOf = async (settings = {}) => {
    const { ask, cookie } = await start(settings)
    return (await ask<Account>('GET', 'account', undefined, cookie)).json.passkeyHost
  }
  expect(await hostOf()).toBe('localhost')
  expect(await hostOf({ PUBLIC_URL: 'https://secrets.example.com' })).toBe('secrets.example.com')
  expect(await hostOf({ PUBLIC_URL: 'http://192.0.2.7:8300' })).toBe(null)
})
