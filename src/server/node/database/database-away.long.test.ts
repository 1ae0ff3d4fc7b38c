import { expect, it } from 'vitest'
import { cleanUp } from '#server/testing/clean-up.ts'
import { readNotices } from '#server/testing/notice-stream.ts'
import { startPostgres } from '#server/testing/postgres/embedded-postgres.ts'
import { startServerProcess } from '#server/testing/processes/server-process.ts'
import { nodeSettings, openEventStream } from '#server/testing/processes/test-nodes.ts'
import { firstAccount, sessionCookie } from '#server/testing/processes/test-server.ts'

const secrets = '/v1/teams/gradient-next/secrets'

it.each(['fast', 'immediate'] as const)(
  'a node answers 503 while PostgreSQL is down after a “%s” shutdown, and recovers by itself',
  async (how) => {
    // An immediate shutdown must not lose what was answered, such as the session.
    const postgres = await startPostgres({ durable: true })
    cleanUp(postgres.stop)
    const node = startServerProcess(nodeSettings(await postgres.database('away')))
    const ada = sessionCookie(await node.request('POST', '/v1/setup', firstAccount))
    const { json } = await node.request<{ key: string }>('POST', '/v1/api-keys', { name: 'ci' }, ada)
    const key = { 'x-api-key': json.key }
    await node.request('PUT', `${secrets}/A`, { value: 'canary-before' }, ada)
    const stream = readNotices(await openEventStream(node, ada))
    expect(await stream.next()).toEqual({ kind: 'anything' })

    const asked: [string, string, object | undefined, Record<string, string>][] = [
      ['GET', secrets, undefined, ada],
      ['GET', secrets, undefined, key],
      ['PUT', `${secrets}/B`, { value: 'canary-away' }, ada],
      ['GET', '/v1/setup', undefined, {}],
      // Neither “wrong password” nor “signed out” would be true.
      ['POST', '/v1/session', { email: firstAccount.email, password: firstAccount.password }, {}],
      ['POST', '/v1/session/confirmation', { password: firstAccount.password }, ada],
      ['DELETE', '/v1/session', undefined, ada],
    ]
    await postgres.restart(how, async () => {
      for (const [method, path, body, headers] of asked) {
        const answer = await node.request(method, path, body, headers)
        expect([method, path, answer.status]).toEqual([method, path, 503])
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
        expect(answer.json).toMatchObject({ code: 'UNAVAILABLE' })
      }
      expect((await node.request('GET', '/readyz')).status).toBe(503)
      expect((await node.request('GET', '/healthz')).status).toBe(200)
    })

    await expect.poll(async () => (await node.request('GET', '/readyz')).status).toBe(200)
    expect((await node.request('GET', secrets, undefined, ada)).status).toBe(200)
    expect((await node.request('PUT', `${secrets}/C`, { value: 'x' }, ada)).status).toBe(201)
    // The stream reports that anything may have changed meanwhile.
    expect(await stream.next()).toEqual({ kind: 'anything' })
    await stream.close()
    node.kill('SIGTERM')
    expect(await node.ended).toBe(0)
    expect(node.stderr()).toContain('the database is away')
    expect(node.stderr()).not.toContain('unexpected error')
    expect(node.stderr()).not.toContain('canary')
  },
  60_000,
)
