import { describe, expect, it } from 'vitest'
import { newFakeAuthenticator } from '#server/testing/fakes/fake-authenticator.ts'
import { totp } from '#server/testing/fakes/totp.ts'
import { newPostgresDatabase } from '#server/testing/postgres/new-postgres-database.ts'
import { newDataFolder } from '#server/testing/processes/data-folder.ts'
import { databaseKinds } from '#server/testing/processes/filled-installation.ts'
import { runAdminInline } from '#server/testing/processes/run-admin-inline.ts'
import { runAdminProcess } from '#server/testing/processes/run-admin-process.ts'
import { firstAccount, sessionCookie, setupToken, startTestServer } from '#server/testing/processes/test-server.ts'
import type { AuditRecord } from '#shared/audit/audit-record.ts'
import type { Failure } from '#shared/failure.ts'
import type { Page } from '#shared/page.ts'
import type { TwoFactorSetup } from '#shared/people/account.ts'
import type { Session } from '#shared/people/session.ts'
import type { PasskeyCreation } from '#shared/people/webauthn.ts'

const password = 'another long password'
const lin = { name: 'Lin', email: 'lin@example.com', password: 'the password of Lin' }

/** A running server with its owner, and Lin as a viewer. */
const newInstallation = async (kind: (typeof databaseKinds)[number]) => {
  const database = kind === 'postgres' ? { DATABASE_URL: await newPostgresDatabase() } : {}
  const settings = { DATA_DIR: newDataFolder(), SETUP_TOKEN: setupToken, ...database }
  const server = await startTestServer(settings)
  const owner = sessionCookie(await server.setUp())
  const invite = async (role = 'viewer') =>
    (await server.request<{ token: string }>('POST', '/v1/invites', { role }, owner)).json.token
  const accept = { token: await invite(), account: lin }
  const joined = sessionCookie(await server.request('POST', '/v1/invitation/acceptance', accept))
  const tokenOf = (stdout: string) => /\/reset#token=(\S+)/.exec(stdout)?.[1] ?? ''
  const status = async (cookie: { cookie: string }) =>
    (await server.request('GET', '/v1/session', undefined, cookie)).status
  return {
    settings,
    server,
    owner,
    joined,
    invite,
    tokenOf,
    status,
    use: (token: string) => server.request<Failure>('POST', '/v1/password-reset/use', { token, password }),
    trail: async (action: string) =>
      (await server.request<Page<AuditRecord>>('GET', `/v1/audit?action=${action}`, undefined, owner)).json.items,
  }
}

describe.each(databaseKinds)('on %s, beside a running server, the operator', { timeout: 120_000 }, (kind) => {
  it('makes a link for a new password of the only owner, which keeps their second factor', async () => {
    const { settings, server, owner, tokenOf, status, use } = await newInstallation(kind)
    const begun = { password: firstAccount.password }
    const setup = await server.request<TwoFactorSetup>('POST', '/v1/account/two-factor', begun, owner)
    const { seed } = setup.json
    const on = await server.request('POST', '/v1/account/two-factor/on', { code: totp(seed) }, owner)
    const session = sessionCookie(on)

    const { code, stdout, stderr } = await runAdminProcess(
      ['reset-password', firstAccount.email.toUpperCase()],
      settings,
    )
    expect([code, stderr]).toEqual([0, ''])
    const token = tokenOf(stdout)
    expect(token).toMatch(/^[\w-]{43}$/)
    expect((await use(token)).status).toBe(204)
    expect((await use(token)).status).toBe(404)
    expect(await status(session)).toBe(401)
    expect((await server.signIn()).status).toBe(401)
    const first = await server.signIn({ password })
    expect(first.json).toEqual({ secondFactor: true })
    const body = { email: firstAccount.email, password, code: totp(seed, 1) }
    const signedIn = sessionCookie(await server.request('POST', '/v1/session', body))
    expect(await status(signedIn)).toBe(200)
    const records = await server.request<Page<AuditRecord>>('GET', '/v1/audit', undefined, signedIn)
    const made = records.json.items.find(({ action }) => action === 'reset.create')
    expect(made).toMatchObject({ by: null, name: firstAccount.name, detail: 'by the server’s operator' })
    expect(records.text).not.toContain(token)
    expect(server.log()).not.toContain(token)
    expect(records.json.items.find(({ action }) => action === 'reset.use')).toMatchObject({
      by: { name: firstAccount.name },
    })
  })

  it('removes a second factor and ends the sessions, and keeps or removes passkeys', async () => {
    const { settings, server, joined, status, trail } = await newInstallation(kind)
    const setup = await server.request<TwoFactorSetup>(
      'POST',
      '/v1/account/two-factor',
      { password: lin.password },
      joined,
    )
    const on = await server.request('POST', '/v1/account/two-factor/on', { code: totp(setup.json.seed) }, joined)
    expect(on.status).toBe(204)
    const { code, stdout, stderr } = await runAdminProcess(['remove-second-factor', lin.email], settings)
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('The authenticator app and the recovery codes are removed.')
    expect(await status(sessionCookie(on))).toBe(401)
    const signedIn = await server.signIn({ email: lin.email, password: lin.password })
    expect(signedIn.json.user).toMatchObject({ name: 'Lin' })
    expect((await trail('account.change'))[0]).toMatchObject({
      by: null,
      detail: 'second factor removed of Lin, by the server’s operator',
    })
    const again = await runAdminInline(['remove-second-factor', lin.email], settings)
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('There was no authenticator app')])
  })

  it('makes a person an owner, also one who was removed from the team', async () => {
    const { settings, server, owner, joined, status, trail } = await newInstallation(kind)
    const made = await runAdminProcess(['make-owner', 'gradient-next', lin.email], settings)
    expect([made.code, made.stderr, made.stdout]).toEqual([0, '', expect.stringContaining('was viewer')])
    expect(await status(joined)).toBe(401)
    expect((await trail('member.role'))[0]).toMatchObject({
      by: null,
      name: 'Lin',
      detail: 'viewer → owner, by the server’s operator',
    })
    const signedIn = await server.signIn({ email: lin.email, password: lin.password })
    expect(signedIn.json.team).toMatchObject({ role: 'owner' })
    await server.request('DELETE', `/v1/members/${signedIn.json.user.id}`, undefined, owner)
    const again = await runAdminInline(['make-owner', signedIn.json.team?.id ?? '', lin.email], settings)
    expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('was not in it')])
    expect((await server.signIn({ email: lin.email, password: lin.password })).json.team).toMatchObject({
      role: 'owner',
    })
    const twice = await runAdminInline(['make-owner', 'gradient-next', lin.email], settings)
    expect([twice.code, twice.stderr]).toEqual([1, expect.stringContaining('an owner of “Gradient Next” already')])
  })

  it('lets a removed person who forgot their password come back with the same account', async () => {
    const { settings, server, owner, joined, invite, tokenOf, use } = await newInstallation(kind)
    const { user } = (await server.request<Session>('GET', '/v1/session', undefined, joined)).json
    expect((await server.request('DELETE', `/v1/members/${user.id}`, undefined, owner)).status).toBe(200)
    const token = tokenOf((await runAdminInline(['reset-password', lin.email], settings)).stdout)
    expect((await use(token)).status).toBe(204)
    const cookie = sessionCookie(await server.signIn({ email: lin.email, password }))
    const taken = { token: await invite('member') }
    const back = await server.request<Session>('POST', '/v1/invitation/acceptance', taken, cookie)
    expect([back.status, back.json]).toMatchObject([200, { user: { id: user.id }, team: { role: 'member' } }])
  })
})

describe('the recovery commands', { timeout: 60_000 }, () => {
  it('name what is wrong with their arguments, and change nothing', async () => {
    const { settings, joined, status } = await newInstallation('sqlite')
    const run = async (...args: string[]) => {
      const { code, stderr } = await runAdminInline(args, settings)
      return [code, stderr.trim()]
    }
    expect(await run('reset-password')).toEqual([64, 'Name the email of one person.'])
    expect(await run('make-owner', 'gradient-next')).toEqual([64, 'Name a team and the email of one person.'])
    expect(await run('reset-password', 'nobody@example.com')).toEqual([
      1,
      'Nobody has an account with the email “nobody@example.com”. Check it.',
    ])
    expect(await run('make-owner', 'other', lin.email)).toEqual([
      1,
      'There is no team “other”. There are: gradient-next (Gradient Next)',
    ])
    expect(await status(joined)).toBe(200)
  })

  it('list passkeys that stay, and remove them on demand', async () => {
    const { settings, server, joined } = await newInstallation('sqlite')
    const { host } = new URL(server.address.replace('127.0.0.1', 'localhost'))
    const page = { origin: `http://${host}`, host }
    const challenge = await server.request<PasskeyCreation>('POST', '/v1/account/passkey-challenge', undefined, {
      ...page,
      ...joined,
    })
    const cookie = `${joined.cookie}; ${sessionCookie(challenge).cookie}`
    const credential = newFakeAuthenticator(page.origin).create(challenge.json)
    const body = { name: 'Laptop', credential }
    expect((await server.request('POST', '/v1/account/passkeys', body, { ...page, ...joined, cookie })).status).toBe(
      204,
    )
    const remove = async (...args: string[]) =>
      (await runAdminInline(['remove-second-factor', ...args, lin.email], settings)).stdout
    expect(await remove()).toMatch(/These passkeys stay.*--passkeys removes them:\n {2}Laptop\n/)
    expect(await remove('--passkeys')).toContain('These passkeys are removed:\n  Laptop\n')
    expect(await remove('--passkeys')).not.toContain('Laptop')
  })

  it('leave a link unused when its person signs in with their password', async () => {
    const { settings, server, tokenOf, use } = await newInstallation('sqlite')
    const token = tokenOf((await runAdminInline(['reset-password', lin.email], settings)).stdout)
    expect((await server.signIn({ email: lin.email, password: lin.password })).status).toBe(200)
    expect((await use(token)).status).toBe(404)
  })
})
