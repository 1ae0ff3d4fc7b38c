import { expect, it } from 'vitest'
import { totp } from '#server/testing/fakes/totp.ts'
import { newPostgresDatabase } from '#server/testing/postgres/new-postgres-database.ts'
import { firstAccount, sessionCookie, startTestServer } from '#server/testing/processes/test-server.ts'
import type { Account, TwoFactorSetup } from '#shared/people/account.ts'

it('on PostgreSQL, a person renames, confirms, changes the password, ends sessions and turns on two-factor sign-in', async () => {
  const server = await startTestServer({ DATABASE_URL: await newPostgresDatabase() })
  const other = sessionCookie(await server.setUp())
  let cookie = sessionCookie(await server.signIn())
  const ask = async <Content>(method: string, path: string, body?: unknown) => {
    const answer = await server.request<Content>(method, `/v1/${path}`, body, cookie)
    const changed = sessionCookie(answer, cookie)
    if (changed.cookie) cookie = changed
    return answer
  }
  expect((await ask<Account>('PATCH', 'account', { name: 'Ada King' })).json.user.name).toBe('Ada King')
  expect((await ask('POST', 'session/confirmation', { password: firstAccount.password })).status).toBe(204)
  const { sessions } = (await ask<Account>('GET', 'account')).json
  expect(sessions.map(({ current }) => current)).toEqual([true, false])
  expect((await ask('DELETE', `account/sessions/${sessions[1]?.id}`)).status).toBe(204)
  expect((await server.request('GET', '/v1/session', undefined, other)).status).toBe(401)

  const password = 'another long password'
  expect((await ask('PUT', 'account/password', { current: firstAccount.password, next: password })).status).toBe(204)
  const { seed, recoveryCodes } = (await ask<TwoFactorSetup>('POST', 'account/two-factor', { password })).json
  // Kept: the app may show another code by the time that it is used again.
  const used = totp(seed)
  expect((await ask('POST', 'account/two-factor/on', { code: used })).status).toBe(204)
  expect((await ask<Account>('GET', 'account')).json.twoFactor).toBe(true)
  const signIn = (code: string) => server.request('POST', '/v1/session', { email: firstAccount.email, password, code })
  const [recoveryCode = ''] = recoveryCodes
  const next = totp(seed, 1)
  const codes = [used, next, next, recoveryCode, recoveryCode]
  const statuses = []
  for (const code of codes) statuses.push((await signIn(code)).status)
  expect(statuses).toEqual([401, 200, 401, 200, 401])
})
