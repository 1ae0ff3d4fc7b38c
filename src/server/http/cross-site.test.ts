import { describe, expect, it } from 'vitest'
import { fillPath, listOperations } from '#server/testing/app/api-operations.ts'
import { openTestApp } from '#server/testing/app/test-app.ts'

const api = await openTestApp()
const named = await openTestApp({ publicUrl: new URL('https://secrets.example.com') })

const newSecret = async ({ newTeam }: typeof api) => {
  const team = await newTeam()
  const { secrets } = await team.scope('project')
  return (headers: Record<string, string>) =>
    team.request('POST', secrets, { name: `N${crypto.randomUUID()}`, value: 'x' }, headers)
}

describe('a change that a browser sends', () => {
  it.each(['cross-site', 'same-site', 'none', 'something-new'])('is refused from a page that is %s', async (site) => {
    const send = await newSecret(api)
    const { status, json } = await send({ 'sec-fetch-site': site })
    expect([status, json.code]).toEqual([403, 'FORBIDDEN'])
  })

  it('is accepted from a page of the same origin', async () => {
    const send = await newSecret(api)
    expect((await send({ 'sec-fetch-site': 'same-origin', origin: 'http://localhost' })).status).toBe(201)
  })

  it.each(['https://evil.example', 'http://localhost:1', 'https://localhost.evil.example', 'null', 'localhost', ''])(
    'is judged by its origin %j where the browser says no more',
    async (origin) => {
      const send = await newSecret(api)
      const { status } = await send({ origin, host: 'localhost' })
      expect(status).toBe(origin === '' ? 201 : 403)
    },
  )

  it('is accepted from the server’s own origin', async () => {
    const send = await newSecret(api)
    expect((await send({ origin: 'http://localhost:8300', host: 'localhost:8300' })).status).toBe(201)
  })

  it('is accepted only from the public address when one is set', async () => {
    const send = await newSecret(named)
    const host = 'secrets.example.com'
    expect((await send({ origin: 'https://secrets.example.com', host })).status).toBe(201)
    expect((await send({ origin: 'http://secrets.example.com', host })).status).toBe(403)
    expect((await send({ origin: 'http://127.0.0.1:8300', host: '127.0.0.1:8300' })).status).toBe(403)
  })

  it('is refused from other origins by every route that changes data', async () => {
    const team = await api.newTeam()
    const changes = (await listOperations(api.request)).filter(({ method }) => method !== 'GET')
    for (const { method, path, body } of changes) {
      const { status } = await team.request(
        method,
        fillPath(path, { id: team.id, name: 'A', version: '1', trashId: 'none' }),
        body,
        {
          'sec-fetch-site': 'cross-site',
        },
      )
      expect([method, path, status]).toEqual([method, path, 403])
    }
  })
})

describe('a change without browser headers', () => {
  it('is accepted', async () => {
    const send = await newSecret(api)
    expect((await send({})).status).toBe(201)
  })
})

describe('a request that changes nothing', () => {
  it('is answered from every origin', async () => {
    const team = await api.newTeam()
    const headers = { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }
    expect((await team.request('GET', '/v1/projects', undefined, headers)).status).toBe(200)
  })

  it('does not let a page of another origin read the answer', async () => {
    const team = await api.newTeam()
    const { headers } = await team.request('GET', '/v1/projects', undefined, { origin: 'https://evil.example' })
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
  })
})
