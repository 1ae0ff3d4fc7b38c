import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openDatabase } from '#server/node/database/open-database.ts'
import { newFakeAuthenticator } from '#server/testing/fakes/fake-authenticator.ts'
import { totp } from '#server/testing/fakes/totp.ts'
import { newDataFolder } from '#server/testing/processes/data-folder.ts'
import { rightsInFolder } from '#server/testing/processes/rights-in-folder.ts'
import { firstAccount, sessionCookie, setupToken, startTestServer } from '#server/testing/processes/test-server.ts'
import type { Failure } from '#shared/failure.ts'
import type { Account, TwoFactorSetup } from '#shared/people/account.ts'
import type { Session } from '#shared/people/session.ts'
import type { PasskeyCreation, PasskeyRequest } from '#shared/people/webauthn.ts'

/** Opens the database of a server, for changes that no route makes. */
const openTeam = async (folder: string) => {
  const { db, kind } = openDatabase({ kind: 'sqlite', path: join(folder, 'secrets.db') })
  const rights = await rightsInFolder(db, kind, folder)
  const { id } = await db.selectFrom('team').select('id').executeTakeFirstOrThrow()
  return { db, rights, teamId: id }
}

/** A server whose only team requires a second factor, and its owner, who has none. */
const start = async () => {
  const folder = newDataFolder()
  const server = await startTestServer({ DATA_DIR: folder, SETUP_TOKEN: setupToken })
  const owner = sessionCookie(await server.setUp())
  const { key } = (await server.request<{ key: string }>('POST', '/v1/api-keys', { name: 'a' }, owner)).json
  const { db, rights, teamId: id } = await openTeam(folder)
  await db.transaction().execute((trx) => rights.update(trx, 'team', { id }, { second_factor: 'required' }))
  await db.destroy()
  const origin = `http://localhost:${new URL(server.address).port}`
  const page = { origin, host: new URL(origin).host }
  const projects = (session: Record<string, string>) =>
    server.request<Failure>('GET', '/v1/projects', undefined, { ...page, ...session })
  return { server, folder, owner, key, page, projects }
}

it('a team that requires a second factor refuses a session with a password only, and no key', async () => {
  const { server, owner, key, projects } = await start()
  for (const [method, path] of [
    ['GET', '/v1/projects'],
    ['GET', '/v1/members'],
    ['GET', '/v1/teams/gradient-next/secrets'],
    ['GET', '/v1/audit'],
    ['GET', '/v1/events'],
  ] as const) {
    const { status, json } = await server.request<Failure>(method, path, undefined, owner)
    expect([path, status, json.issues?.[0]?.path]).toEqual([path, 403, ['secondFactor']])
  }
  expect((await projects({ 'x-api-key': key })).status).toBe(200)
  for (const path of ['/v1/session', '/v1/account']) {
    expect((await server.request('GET', path, undefined, owner)).status).toBe(200)
  }
})

it('it accepts the session in which two-factor sign-in was turned on', async () => {
  const { server, owner, projects } = await start()
  const { password } = firstAccount
  const begun = await server.request<TwoFactorSetup>('POST', '/v1/account/two-factor', { password }, owner)
  const on = await server.request('POST', '/v1/account/two-factor/on', { code: totp(begun.json.seed) }, owner)
  const session = { ...owner, ...sessionCookie(on) }
  expect((await projects(session)).status).toBe(200)
})

it('it accepts a session in which a passkey was added, and one that a passkey started', async () => {
  const { server, owner, page, projects } = await start()
  const other = sessionCookie(await server.signIn())
  const ask = <Content = Failure>(method: string, path: string, body?: unknown, headers = {}) =>
    server.request<Content>(method, path, body, { ...page, ...headers })
  const challenge = await ask<PasskeyCreation>('POST', '/v1/account/passkey-challenge', undefined, owner)
  const authenticator = newFakeAuthenticator(page.origin)
  const cookie = `${owner.cookie}; ${sessionCookie(challenge).cookie}`
  const body = { name: 'Laptop', credential: authenticator.create(challenge.json) }
  expect((await ask('POST', '/v1/account/passkeys', body, { ...owner, cookie })).status).toBe(204)
  expect((await projects(owner)).status).toBe(200)
  expect((await projects(other)).status).toBe(403)
  const asked = await ask<PasskeyRequest>('POST', '/v1/session/passkey-challenge')
  const credential = authenticator.get(asked.json)
  const signedIn = await ask('POST', '/v1/session/passkey', { credential }, sessionCookie(asked))
  expect((await projects(sessionCookie(signedIn))).status).toBe(200)
})

it('it refuses the sessions that a passkey proved, once the passkey is deleted', async () => {
  const { server, owner, page, projects } = await start()
  const ask = <Content = Failure>(method: string, path: string, body?: unknown, headers = {}) =>
    server.request<Content>(method, path, body, { ...page, ...headers })
  const add = async (name: string) => {
    const challenge = await ask<PasskeyCreation>('POST', '/v1/account/passkey-challenge', undefined, owner)
    const authenticator = newFakeAuthenticator(page.origin)
    const cookie = `${owner.cookie}; ${sessionCookie(challenge).cookie}`
    const body = { name, credential: authenticator.create(challenge.json) }
    expect((await ask('POST', '/v1/account/passkeys', body, { ...owner, cookie })).status).toBe(204)
    return authenticator
  }
  const remove = async (name: string) => {
    const { passkeys } = (await ask<Account>('GET', '/v1/account', undefined, owner)).json
    const id = passkeys.find((one) => one.name === name)?.id
    expect((await ask('DELETE', `/v1/account/passkeys/${id}`, undefined, owner)).status).toBe(204)
  }
  const laptop = await add('Laptop')
  await add('Phone')
  const asked = await ask<PasskeyRequest>('POST', '/v1/session/passkey-challenge')
  const proof = { credential: laptop.get(asked.json) }
  const elsewhere = sessionCookie(await ask('POST', '/v1/session/passkey', proof, sessionCookie(asked)))
  const statuses = async () => [(await projects(owner)).status, (await projects(elsewhere)).status]
  expect(await statuses()).toEqual([200, 200])
  await remove('Laptop')
  expect(await statuses()).toEqual([200, 403])
  await remove('Phone')
  expect(await statuses()).toEqual([403, 403])
})

it('it refuses the other sessions too, once two-factor sign-in is off', async () => {
  const { server, owner, projects } = await start()
  const { password } = firstAccount
  const begun = await server.request<TwoFactorSetup>('POST', '/v1/account/two-factor', { password }, owner)
  const on = await server.request('POST', '/v1/account/two-factor/on', { code: totp(begun.json.seed) }, owner)
  const session = { ...owner, ...sessionCookie(on) }
  const [code] = begun.json.recoveryCodes
  const other = sessionCookie(await server.request('POST', '/v1/session', { ...firstAccount, code }))
  expect((await projects(other)).status).toBe(200)
  const proof = { password, code: totp(begun.json.seed, 1) }
  const off = await server.request('POST', '/v1/account/two-factor/off', proof, session)
  expect(off.status).toBe(204)
  for (const one of [{ ...owner, ...sessionCookie(off) }, other]) expect((await projects(one)).status).toBe(403)
})

it('the session tells its pages what is missing, and nobody requires of others what they lack', async () => {
  const server = await startTestServer({ SETUP_TOKEN: setupToken, DATA_DIR: newDataFolder() })
  const owner = sessionCookie(await server.setUp())
  const ask = <Content = Failure>(method: string, path: string, body?: unknown, session = owner) =>
    server.request<Content>(method, path, body, session)
  const required = { secondFactor: 'required' }
  const refused = await ask('PATCH', '/v1/teams/gradient-next', required)
  expect([refused.status, refused.json.issues?.[0]?.path]).toEqual([409, ['secondFactor']])
  expect((await ask<Session>('GET', '/v1/session')).json.secondFactorNeeded).toBe(undefined)

  const { password } = firstAccount
  const begun = await ask<TwoFactorSetup>('POST', '/v1/account/two-factor', { password })
  const on = await ask('POST', '/v1/account/two-factor/on', { code: totp(begun.json.seed) })
  const session = { ...owner, ...sessionCookie(on) }
  expect((await ask('PATCH', '/v1/teams/gradient-next', required, session)).status).toBe(200)
  const { token } = (await ask<{ token: string }>('POST', '/v1/invites', { role: 'member' }, session)).json
  const lin = { name: 'Lin', email: 'lin@example.com', password: 'harbour at first light' }
  const joined = sessionCookie(await ask('POST', '/v1/invitation/acceptance', { token, account: lin }))
  expect((await ask<Session>('GET', '/v1/session', undefined, joined)).json.secondFactorNeeded).toBe(true)
  expect((await ask<Session>('GET', '/v1/session', undefined, session)).json.secondFactorNeeded).toBe(undefined)
})

it('a deleted team asks for the second factor, too, before it is restored or erased', async () => {
  const { server, owner, page, folder } = await start()
  const { db, rights, teamId } = await openTeam(folder)
  const deleted = { deleted_at: Date.now(), deleted_by: 'somebody' }
  await db.transaction().execute((trx) => rights.update(trx, 'team', { id: teamId }, deleted))
  await db.destroy()
  for (const [method, path] of [
    ['POST', `/v1/deleted-teams/${teamId}/restoration`],
    ['DELETE', `/v1/deleted-teams/${teamId}`],
  ] as const) {
    const { status, json } = await server.request<Failure>(method, path, undefined, { ...page, ...owner })
    expect([path, status, json.issues?.[0]?.path]).toEqual([path, 403, ['secondFactor']])
  }
})
