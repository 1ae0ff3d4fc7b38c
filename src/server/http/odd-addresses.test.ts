import { describe, expect, inject, it } from 'vitest'
import { openTestApp } from '#server/testing/app/test-app.ts'
import type { Failure } from '#shared/failure.ts'
import { scopeKinds, scopePaths } from '#shared/scope.ts'

const apps = {
  SQLite: await openTestApp(),
  PostgreSQL: await openTestApp({ location: { kind: 'postgres', url: inject('postgres') } }),
}

const badNames = [
  '9A',
  'A B',
  '%20',
  'A%2FB',
  'A%2f..%2f..',
  '%2e%2e%2f',
  'A%00',
  'A%0A',
  'A%C3%28',
  '%zz',
  '%',
  '%E5%AF%86',
  "A'--",
  'A;B',
  'A'.repeat(129),
  'A'.repeat(4000),
]

const oddIds = [
  '0',
  'pr',
  '%00',
  'pr%00',
  '%zz',
  '%FF',
  "'",
  '%2e%2e%2f',
  'x'.repeat(100),
  'x'.repeat(4000),
  '%F0%9F%98%80',
]

describe.each(Object.entries(apps))('on %s', (_label, api) => {
  it.each(badNames)('an invalid name in the address, %j, is refused by every method', async (name) => {
    const team = await api.newTeam()
    const { secrets } = await team.scope('project')
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
      const body = method === 'PUT' || method === 'PATCH' ? { value: 'canary' } : undefined
      const { status, json, text } = await team.request<Failure>(method, `${secrets}/${name}`, body)
      expect([method, status, json.code]).toEqual([method, 400, 'BAD_REQUEST'])
      expect(text).not.toContain('canary')
    }
    expect((await team.request('GET', secrets)).json).toMatchObject({ total: 0 })
  })

  it.each(['../A', '..', '.', '', '../../../teams', 'A/B', 'A/', '/A', 'A//', '%2e%2e/A', '.%2E'])(
    'a name that leads elsewhere, %j, gets a JSON answer and touches nothing',
    async (name) => {
      const team = await api.newTeam()
      const { secrets } = await team.scope('team')
      await team.request('PUT', `${secrets}/A`, { value: 'x' })
      for (const method of ['PUT', 'PATCH', 'DELETE']) {
        const body = method === 'DELETE' ? undefined : { value: 'canary' }
        const { status, json, text } = await team.request<Failure>(method, `${secrets}/${name}`, body)
        expect([404, 405]).toContain(status)
        expect(json.message).toEqual(expect.any(String))
        expect(text).not.toContain('canary')
      }
      expect((await team.request('GET', secrets)).json).toMatchObject({ total: 1, items: [{ name: 'A', version: 1 }] })
    },
  )

  it.each(oddIds)('an unknown id, %j, is not found or refused', async (id) => {
    const team = await api.newTeam()
    for (const kind of scopeKinds) {
      const list = await team.request<Failure>('GET', `/v1/${scopePaths[kind]}/${id}/secrets`)
      const set = await team.request<Failure>('PUT', `/v1/${scopePaths[kind]}/${id}/secrets/A`, { value: 'x' })
      const look = kind === 'team' ? [] : [await team.request<Failure>('GET', `/v1/${scopePaths[kind]}/${id}`)]
      for (const { status, json } of [list, set, ...look]) {
        expect([400, 404]).toContain(status)
        expect(['BAD_REQUEST', 'NOT_FOUND']).toContain(json.code)
      }
    }
  })

  it.each(['q=%00', 'q=a%00b', 'q=%FF', 'q=%zz', 'q=%25', "q='", 'after=%00'])(
    'a list asked for with %j is answered or refused',
    async (query) => {
      const team = await api.newTeam()
      const { secrets } = await team.scope('project')
      for (const path of [secrets, '/v1/projects', '/v1/clusters']) {
        expect([200, 400]).toContain((await team.request('GET', `${path}?${query}`)).status)
      }
    },
  )

  it.each(['1e400', '1.5', '-1', '1e18', '9007199254740991', '-0'])(
    'a cursor with the odd time %s is answered or refused',
    async (time) => {
      const team = await api.newTeam()
      const { secrets } = await team.scope('project')
      const after = btoa(`[${time},"A"]`)
      for (const path of [secrets, '/v1/projects']) {
        const { status } = await team.request('GET', `${path}?orderBy=dtCreated&after=${encodeURIComponent(after)}`)
        expect([200, 400]).toContain(status)
      }
    },
  )

  it('none of these causes an unexpected error', () => {
    expect(api.log.errors).toEqual([])
  })
})
