import { describe, expect, it } from 'vitest'
import { fillPath, listOperations } from '#server/testing/app/api-operations.ts'
import { openTestApp } from '#server/testing/app/test-app.ts'
import type { Failure } from '#shared/failure.ts'

const api = await openTestApp()
const operations = await listOperations(api.request)

/** The routes without authentication. A new route that is not listed here fails the test. */
const open = [
  'GET /v1/setup',
  'POST /v1/setup',
  'POST /v1/session',
  'DELETE /v1/session',
  'POST /v1/session/passkey',
  'GET /v1/session/ways',
  'POST /v1/session/openid/address',
  'GET /v1/session/openid/callback',
  'POST /v1/session/openid',
  'POST /v1/session/passkey-challenge',
  'POST /v1/invitation',
  'POST /v1/invitation/acceptance',
  'POST /v1/password-reset',
  'POST /v1/password-reset/use',
  'POST /v1/cli-logins',
  'POST /v1/cli-logins/key',
]

describe('without a session', () => {
  it('every route but those of signing in and out answers 401', async () => {
    const team = await api.newTeam()
    const closed = operations.filter(({ method, path }) => !open.includes(`${method} ${path}`))
    expect(closed.length).toBe(operations.length - open.length)
    for (const { method, path, body } of closed) {
      const { status, json } = await api.request<Failure>(
        method,
        fillPath(path, { id: team.id, name: 'A', version: '1', trashId: 'none' }),
        body,
      )
      expect([method, path, status, json.code]).toEqual([method, path, 401, 'UNAUTHORIZED'])
    }
  })

  it('no answer reveals whether a body is valid', async () => {
    for (const body of ['{', { name: '' }, 'x'.repeat(1_000_000)]) {
      expect((await api.request('POST', '/v1/projects', body)).status).toBe(401)
    }
  })

  it('no spelling of an address bypasses authentication', async () => {
    for (const path of [
      '/v1/%70rojects',
      '/v1/projects?/v1/setup',
      '/v1/setup/../projects',
      '/v1/projects#/v1/setup',
    ]) {
      expect([path, (await api.request('GET', path)).status]).toEqual([path, 401])
    }
  })

  it('a header with a team reveals nothing about it', async () => {
    const team = await api.newTeam()
    const { status, text } = await api.request('GET', '/v1/projects', undefined, { 'gradient-team': team.id })
    expect(status).toBe(401)
    expect(text).toBe((await api.request('GET', '/v1/projects', undefined, { 'gradient-team': 'none' })).text)
  })
})

describe('a person without a team', () => {
  it('is refused with a hint', async () => {
    const alone = { user: { id: 'us0', name: 'Eve', email: 'eve@example.com' }, teams: [] }
    const lonely = await openTestApp({ authenticate: async () => alone })
    const { status, json } = await lonely.request<Failure>('GET', '/v1/projects')
    expect([status, json.code]).toEqual([403, 'FORBIDDEN'])
    expect(json.message).toContain('invitation')
  })
})
