import { describe, expect, it } from 'vitest'
import { firstAccount, sessionCookie, startTestServer } from '#server/testing/processes/test-server.ts'
import type { AuditRecord } from '#shared/audit/audit-record.ts'
import type { Page } from '#shared/page.ts'
import type { Account } from '#shared/people/account.ts'
import type { ApiKey } from '#shared/people/api-key.ts'

const forwardedFor = (address: string) => ({ 'x-forwarded-for': address })

describe('behind a trusted proxy', () => {
  it('the trail, sessions, keys and waiting command lines have the address of the client', async () => {
    const { request, setUp } = await startTestServer({ TRUSTED_PROXIES: '127.0.0.1' })
    await setUp()
    const { email, password } = firstAccount
    const signedIn = await request('POST', '/v1/session', { email, password }, forwardedFor('203.0.113.9'))
    const session = { ...sessionCookie(signedIn), ...forwardedFor('203.0.113.10') }
    const { json: account } = await request<Account>('GET', '/v1/account', undefined, session)
    expect(account.sessions.map(({ from }) => from)).toContain('203.0.113.9')

    const cli = await request<{ code: string }>(
      'POST',
      '/v1/cli-logins',
      { device: 'laptop', challenge: 'a'.repeat(64) },
      { forwarded: 'for="[2001:db8::9]:4711"' },
    )
    const look = await request('POST', '/v1/cli-logins/look', { code: cli.json.code }, session)
    expect(look.json).toMatchObject({ from: '2001:db8::9', here: '203.0.113.10' })

    const made = await request<{ key: string }>('POST', '/v1/api-keys', { name: 'key', access: ['manage'] }, session)
    expect(made.json).toMatchObject({ name: 'key' })
    await request('GET', '/v1/projects', undefined, { 'x-api-key': made.json.key, ...forwardedFor('203.0.113.11') })
    const keys = await request<Page<ApiKey>>('GET', '/v1/api-keys', undefined, session)
    expect(keys.json.items.map(({ lastUsed }) => lastUsed?.from)).toEqual(['203.0.113.11'])

    const { json: trail } = await request<Page<AuditRecord>>('GET', '/v1/audit', undefined, session)
    const from = Object.fromEntries(trail.items.map((record) => [record.action, record.from]))
    expect(from).toMatchObject({ 'key.create': '203.0.113.10', 'session.start': '203.0.113.9' })
  })

  it('guesses from one address block nobody at another', async () => {
    const { request, setUp } = await startTestServer({ TRUSTED_PROXIES: '127.0.0.1' })
    await setUp()
    const { email, password } = firstAccount
    const guess = (count: number) =>
      request('POST', '/v1/session', { email: `nobody${count}@example.com`, password: 'x' }, forwardedFor('192.0.2.66'))
    for (let count = 0; count < 20; count++) await guess(count)
    expect((await guess(20)).status).toBe(429)
    expect((await request('POST', '/v1/session', { email, password }, forwardedFor('203.0.113.9'))).status).toBe(200)
  })
})

it('ignores the headers of a client that is no trusted proxy', async () => {
  const { request, setUp } = await startTestServer({ TRUSTED_PROXIES: '10.0.0.0/8' })
  const session = sessionCookie(await setUp())
  const { json } = await request<Account>('GET', '/v1/account', undefined, {
    ...session,
    ...forwardedFor('203.0.113.9'),
  })
  expect(json.sessions.map(({ from }) => from)).toEqual(['127.0.0.1'])
})
