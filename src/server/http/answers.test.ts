import { describe, expect, it } from 'vitest'
import { fillPath, listOperations } from '#server/testing/app/api-operations.ts'
import { newSampleTeam, pathParts } from '#server/testing/app/sample-team.ts'
import { openTestApp } from '#server/testing/app/test-app.ts'
import { encodedForms } from '#server/testing/find-leaks.ts'
import type { Failure } from '#shared/failure.ts'

const api = await openTestApp({ acceptsHost: (host) => host !== 'evil.example' })
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

describe('every answer of the API', () => {
  const asked: [string, string, string, unknown][] = [
    ['a list', 'GET', '/v1/projects', undefined],
    ['something new', 'POST', '/v1/projects', { name: 'web' }],
    ['an empty answer', 'DELETE', '/v1/session', undefined],
    ['the description', 'GET', '/v1/openapi.json', undefined],
    ['a 404', 'GET', '/v1/nothing', undefined],
    ['a 405', 'PUT', '/v1/projects', {}],
    ['a 400', 'POST', '/v1/projects', 'x'],
    ['a refusal by a schema', 'POST', '/v1/projects', {}],
  ]
  it.each(asked)('has the protective headers: %s', async (_what, method, path, body) => {
    const team = await api.newTeam()
    const { headers } = await team.request(method, path, body)
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-request-id': expect.stringMatching(uuid),
    })
  })

  it('has its own request id, whatever the request sends', async () => {
    const ids = []
    for (let count = 0; count < 3; count++) {
      const { headers } = await api.request('GET', '/v1/setup', undefined, { 'x-request-id': 'mine' })
      ids.push(headers.get('x-request-id'))
    }
    expect(new Set(ids).size).toBe(3)
    expect(ids).not.toContain('mine')
  })

  it('has only code, message and needed fields for an error', async () => {
    const { json } = await api.request<Failure>('GET', '/v1/projects')
    expect(json).toEqual({ code: 'UNAUTHORIZED', message: 'Sign in, or send an API key.' })
  })

  it('contains no stored value in any encoding', async () => {
    const team = await newSampleTeam(api)
    const canary = `canary\n${crypto.randomUUID()}`
    const operations = await listOperations(api.request)
    // Deletes last, so that there are secrets until then.
    const ordered = operations.toSorted((a, b) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'))
    const texts = []
    for (const noun of ['teams', 'projects', 'clusters'] as const) {
      const secrets = `/v1/${noun}/${team.ids[noun]}/secrets`
      texts.push(await team.request('POST', secrets, { name: 'OTHER', value: canary }))
      texts.push(await team.request('GET', `${secrets}?include=overlaps`))
    }
    for (const { method, path, body, needs } of ordered) {
      if (needs === 'person') continue
      const sent = body?.value ? { ...body, value: canary } : body
      for (const query of ['?dryRun=true', '', '?include=overlaps']) {
        texts.push(await team.request(method, `${fillPath(path, pathParts(path, team))}${query}`, sent))
      }
    }
    const all = texts.map(({ text, headers }) => `${text}\n${JSON.stringify([...headers])}`).join('\n')
    expect(all).toContain('SAMPLE')
    for (const spelling of encodedForms(canary)) expect(all.includes(spelling)).toBe(false)
  })
})

describe('an unexpected error', () => {
  it('is answered with only a request id, which the log has', async () => {
    const canary = 'the driver quotes canary'
    const store = { ...api.deps.store, isSetUp: () => Promise.reject(new Error(canary)) }
    const broken = await openTestApp({ store })
    const { status, json, text, headers } = await broken.request<Failure>('GET', '/v1/setup')
    expect([status, json.code]).toEqual([500, 'INTERNAL_SERVER_ERROR'])
    expect(json.message).toContain(headers.get('x-request-id'))
    expect(text).not.toContain('canary')
    expect(broken.log.errors).toEqual([expect.objectContaining({ message: canary })])
    expect(broken.log.requests.at(-1)).toMatchObject({ status: 500, requestId: headers.get('x-request-id') })
  })
})

describe('the host of a request', () => {
  it('is refused when it is not the server’s', async () => {
    const { status, json } = await api.request<Failure>('GET', '/v1/setup', undefined, { host: 'evil.example' })
    expect([status, json.code]).toEqual([400, 'BAD_REQUEST'])
    expect(json.message).toContain('PUBLIC_URL')
  })

  it('is checked before authentication', async () => {
    const body = { email: 'a@example.com', password: 'x' }
    expect((await api.request('POST', '/v1/session', body, { host: 'evil.example' })).status).toBe(400)
  })

  it('is accepted when it is the server’s', async () => {
    expect((await api.request('GET', '/v1/setup', undefined, { host: 'secrets.example.com' })).status).toBe(200)
  })
})

describe('the log of a request', () => {
  it('has method, route, status, time, request id and principal, and no name, ID, query or header of the request', async () => {
    const team = await api.newTeam()
    const { secrets } = await team.scope('project')
    const { headers } = await team.request('PUT', `${secrets}/A_NAME?include=overlaps`, { value: 'x' })
    expect(api.log.requests.at(-1)).toEqual({
      requestId: headers.get('x-request-id'),
      method: 'PUT',
      route: '/v1/projects/:id/secrets/:name',
      status: 201,
      ms: expect.any(Number),
      by: team.owner.id,
    })
  })

  it('has the public ID of the API key', async () => {
    const team = await api.newTeam()
    const { id, request } = await team.key()
    await request('GET', '/v1/projects')
    expect(api.log.requests.at(-1)).toMatchObject({ by: team.owner.id, key: id, status: 200 })
  })

  it('has no address without a route', async () => {
    await api.request('GET', '/v1/canary')
    expect(api.log.requests.at(-1)).toMatchObject({ route: 'none', status: 404 })
  })
})
