import { describe, expect, it } from 'vitest'
import { firstAccount, sessionCookie, startTestServer, type TestServer } from '#server/testing/processes/test-server.ts'
import type { Failure } from '#shared/failure.ts'
import type { Session } from '#shared/people/session.ts'

const setUpServer = async (settings: Record<string, string> = {}): Promise<TestServer> => {
  const server = await startTestServer(settings)
  expect((await server.setUp()).status).toBe(201)
  return server
}

const attributesOf = ({ headers }: { headers: Headers }) => {
  const [cookie = ''] = headers.getSetCookie()
  const [value = '', ...attributes] = cookie.split('; ')
  return { name: value.split('=')[0], attributes: attributes.map((text) => text.toLowerCase()) }
}

/** One server for all tests that do not change its data. */
const shared = await setUpServer()

describe('signing in', () => {
  it('returns the session and sets a cookie that scripts and other sites cannot read', async () => {
    const { request, signIn } = shared
    const answer = await signIn()
    expect([answer.status, answer.json.user.email]).toEqual([200, firstAccount.email])
    const { name, attributes } = attributesOf(answer)
    expect(name).toBe('gradient-session')
    expect(attributes).toEqual(expect.arrayContaining(['httponly', 'samesite=strict', 'path=/']))
    expect(attributes).not.toContain('secure')
    expect((await request('GET', '/v1/projects', undefined, sessionCookie(answer))).status).toBe(200)
  })

  it('sets a __Host- cookie for https only when the public address is https', async () => {
    const { request, signIn } = await setUpServer({ PUBLIC_URL: 'https://secrets.example.com' })
    const answer = await signIn()
    const { name, attributes } = attributesOf(answer)
    expect(name).toBe('__Host-gradient-session')
    expect(attributes).toEqual(expect.arrayContaining(['secure', 'httponly', 'samesite=strict', 'path=/']))
    expect(attributes.filter((text) => text.startsWith('domain'))).toEqual([])
    expect((await request('GET', '/v1/session', undefined, sessionCookie(answer))).status).toBe(200)
  })

  it('ignores the case of the email', async () => {
    const { signIn } = shared
    expect((await signIn({ email: 'ADA@example.COM' })).status).toBe(200)
  })

  it('does not reveal whether an account exists: a wrong password gets the same answer', async () => {
    const { signIn } = shared
    const known = await signIn({ password: 'not the password' })
    const unknown = await signIn({ email: 'eve@example.com', password: 'not the password' })
    expect([known.status, known.text]).toEqual([401, unknown.text])
    expect(unknown.status).toBe(401)
    expect((known.json as unknown as Failure).code).toBe('UNAUTHORIZED')
    const comparable = ({ headers }: { headers: Headers }) =>
      [...headers].filter(([name]) => !['x-request-id', 'date'].includes(name))
    expect(comparable(known)).toEqual(comparable(unknown))
    expect(known.headers.getSetCookie()).toEqual([])
  })

  it('starts a new session each time', async () => {
    const { signIn } = shared
    const [one, other] = [sessionCookie(await signIn()), sessionCookie(await signIn())]
    expect(one.cookie).not.toBe(other.cookie)
  })

  it.each(['', 'x'.repeat(129)])('rejects a password of impossible length without hashing it', async (password) => {
    const { signIn } = shared
    expect((await signIn({ password })).status).toBe(400)
  })
})

describe('a session', () => {
  it('is 401 without a cookie, or with an invented or changed one', async () => {
    const { request, signIn } = shared
    const { cookie } = sessionCookie(await signIn())
    const changed = cookie.replace(/=./, (start) => (start === '=A' ? '=B' : '=A'))
    const unsigned = cookie.replace(/\..*/, '')
    const forged = `${cookie.slice(0, -8)}AAAAA%3D`
    for (const given of ['', 'gradient-session=x', 'gradient-session=', changed, unsigned, forged]) {
      const { status, json } = await request('GET', '/v1/session', undefined, given ? { cookie: given } : {})
      expect([given, status, json]).toEqual([
        given,
        401,
        { code: 'UNAUTHORIZED', message: 'Sign in, or send an API key.' },
      ])
    }
  })

  it('ends on the server at sign-out, so that its cookie stops working', async () => {
    const { request, signIn } = shared
    const [mine, other] = [sessionCookie(await signIn()), sessionCookie(await signIn())]
    const out = await request('DELETE', '/v1/session', undefined, mine)
    expect([out.status, out.text]).toEqual([204, ''])
    expect(attributesOf(out).attributes).toContain('max-age=0')
    expect((await request('GET', '/v1/session', undefined, mine)).status).toBe(401)
    expect((await request('GET', '/v1/projects', undefined, mine)).status).toBe(401)
    expect((await request('GET', '/v1/session', undefined, other)).status).toBe(200)
  })

  it('can be ended by a request without one', async () => {
    const { request } = shared
    expect((await request('DELETE', '/v1/session')).status).toBe(204)
  })

  it('cannot be ended by a page of another site', async () => {
    const { request, signIn } = shared
    const mine = sessionCookie(await signIn())
    const away = { ...mine, 'sec-fetch-site': 'cross-site' }
    expect((await request('DELETE', '/v1/session', undefined, away)).status).toBe(403)
    expect((await request<Session>('GET', '/v1/session', undefined, mine)).status).toBe(200)
  })
})

describe('guessing a password', () => {
  const wrong = { password: 'not the password' }

  it('is blocked after five attempts, even with the right password, with the time to wait', async () => {
    const { signIn } = await setUpServer()
    const statuses = []
    for (let count = 0; count < 5; count++) statuses.push((await signIn(wrong)).status)
    expect(statuses).toEqual([401, 401, 401, 401, 401])
    for (const given of [wrong, {}]) {
      const { status, json, headers } = await signIn(given)
      expect([status, (json as unknown as Failure).code]).toEqual([429, 'TOO_MANY_REQUESTS'])
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
      expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(30)
    }
  })

  it('is blocked in the same way for an account that does not exist', async () => {
    const { signIn } = await setUpServer()
    const statuses = []
    for (let count = 0; count < 6; count++) statuses.push((await signIn({ email: 'eve@example.com' })).status)
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429])
    expect((await signIn()).status).toBe(200)
  })

  it('is not easier with concurrent attempts', async () => {
    const { signIn } = await setUpServer()
    const answers = await Promise.all(Array.from({ length: 12 }, () => signIn(wrong)))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([...Array(5).fill(401), ...Array(7).fill(429)])
  })
})
