import { describe, expect, it } from 'vitest'
import { openTestApp } from '#server/testing/app/test-app.ts'
import { firstAccount, sessionCookie, startTestServer } from '#server/testing/processes/test-server.ts'
import { verifyExport } from '#server/testing/verify-export-file.ts'
import type { AuditRecord } from '#shared/audit/audit-record.ts'
import type { Page } from '#shared/page.ts'

const api = await openTestApp()

const trailOf = async (team: { request: Awaited<ReturnType<typeof api.newTeam>>['request'] }, query = '') =>
  (await team.request<Page<AuditRecord>>('GET', `/v1/audit${query}`)).json.items

describe('the audit trail', () => {
  it('records each change through the API, with its request id and address', async () => {
    const team = await api.newTeam()
    const project = await team.request<{ id: string }>('POST', '/v1/projects', { name: 'web' })
    const secrets = `/v1/projects/${project.json.id}/secrets`
    await team.request('POST', secrets, { name: 'A', value: 'x' })
    await team.request('PATCH', `${secrets}/A`, { value: 'y' })
    await team.request('PATCH', `/v1/projects/${project.json.id}`, { name: 'web 2' })
    await team.request('PUT', `/v1/projects/${project.json.id}/access`, { access: 'chosen' })
    const { json: key } = await team.request<{ id: string }>('POST', '/v1/api-keys', { name: 'ci' })
    await team.request('DELETE', `/v1/api-keys/${key.id}`)
    await team.request('DELETE', `${secrets}/A`)
    const { headers } = await team.request('DELETE', `/v1/projects/${project.json.id}`)
    const records = await trailOf(team)
    expect(records.map(({ action, name, detail }) => [action, name, detail])).toEqual([
      ['project.delete', null, 'with 0 secrets'],
      ['secret.delete', 'A', null],
      ['key.revoke', 'ci', `${key.id}, of ${team.owner.name}`],
      ['key.create', 'ci', `${key.id}, manage`],
      ['project.access', null, '0 chosen'],
      ['project.change', null, 'renamed to web 2'],
      ['secret.edit', 'A', null],
      ['secret.set', 'A', null],
      ['project.create', null, null],
    ])
    const { id, name } = team.owner
    expect(records[0]).toMatchObject({ by: { id, name }, from: '192.0.2.1', requestId: headers.get('x-request-id') })
    expect(records.map(({ scope }) => scope?.name)).toEqual([
      'web 2',
      'web 2',
      undefined,
      undefined,
      'web 2',
      'web',
      'web',
      'web',
      'web',
    ])
  })

  it('names the key of a request, and its owner', async () => {
    const team = await api.newTeam()
    const { id, request } = await team.key({ name: 'trainer' })
    await request('POST', '/v1/clusters', { name: 'gpu', type: 'vm' })
    const [record] = await trailOf(team)
    expect(record).toMatchObject({ by: { id: team.owner.id }, key: { id, name: 'trainer' }, action: 'cluster.create' })
  })

  it('records refused requests', async () => {
    const team = await api.newTeam()
    const viewer = await team.join('viewer', 'Vi')
    const { request } = await team.key({ access: ['run'] })
    await viewer.request('POST', '/v1/projects', { name: 'web' })
    await request('GET', '/v1/projects')
    expect((await trailOf(team, '?action=request.refused')).map(({ by, detail }) => [by?.name, detail])).toEqual([
      [team.owner.name, 'GET /v1/projects'],
      ['Vi', 'POST /v1/projects'],
    ])
  })

  it('records exports and requests for names that are set nowhere, one a minute with their number', async () => {
    let at = Date.now()
    const { newTeam } = await openTestApp({ now: () => at })
    const team = await newTeam()
    const { request } = await team.key({ name: 'ci', access: ['run'] })
    const guess = (name: string) => request('POST', '/v1/workloads/resolve', { env: { X: `secret:${name}` } })
    for (const name of ['ONE', 'TWO', 'THREE']) expect((await guess(name)).status).toBe(404)
    for (let count = 0; count < 3; count++) await team.request('GET', '/v1/audit/export')
    at += 60_000
    await guess('FOUR')
    await team.request('GET', '/v1/audit/export')
    const missing = await trailOf(team, '?action=workload.missing')
    expect(missing.map(({ key, scope, detail }) => [key?.name, scope?.kind, detail])).toEqual([
      ['ci', 'team', '1 for the team, the last of 3 such requests: FOUR'],
      ['ci', 'team', '1 for the team: ONE'],
    ])
    const exports = await trailOf(team, '?action=audit.export')
    expect(exports.map(({ by, detail }) => [by?.name, detail])).toEqual([
      [team.owner.name, 'the last of 3 times'],
      [team.owner.name, null],
    ])
  })

  it('is readable by owners, admins and viewers, exported by the first two, and closed to members', async () => {
    const team = await api.newTeam()
    for (const path of ['/v1/audit', '/v1/audit/export', '/v1/audit/key']) {
      for (const [role, expected] of [
        ['admin', 200],
        ['viewer', path === '/v1/audit/export' ? 403 : 200],
        ['member', 403],
      ] as const) {
        expect([role, path, (await (await team.join(role)).request('GET', path)).status]).toEqual([
          role,
          path,
          expected,
        ])
      }
    }
  })

  it('is exported as a file that verifies with the public key of the server', async () => {
    const team = await api.newTeam()
    const { secrets } = await team.scope('team')
    for (let count = 0; count < 120; count++) await team.request('PUT', `${secrets}/A`, { value: `${count}` })
    const exported = await team.request('GET', '/v1/audit/export')
    expect(exported.headers.get('content-type')).toBe('application/jsonl')
    expect(exported.headers.get('content-disposition')).toBe(`attachment; filename="audit-${team.namespace}.jsonl"`)
    const { text: key } = await team.request('GET', '/v1/audit/key')
    expect(await verifyExport(exported.text, key)).toMatchObject({ ok: true, records: 121 })
    const other = await openTestApp()
    const foreign = await (await other.newTeam()).request('GET', '/v1/audit/key')
    expect(await verifyExport(exported.text, foreign.text)).toMatchObject({ ok: false })
  })

  it.each(['?action=secret', '?from=yesterday', '?to=1', '?limit=0', '?limit=121', '?after=x'])(
    'refuses the query %s',
    async (query) => {
      const team = await api.newTeam()
      expect((await team.request('GET', `/v1/audit${query}`)).status).toBe(400)
    },
  )

  it('records signing in, a refused attempt and signing out, without passwords', async () => {
    const server = await startTestServer()
    const cookie = sessionCookie(await server.setUp())
    await server.signIn({ password: 'canary-of-a-password' })
    await server.request('POST', '/v1/session', { email: 'nobody@example.com', password: 'canary-of-a-password' })
    const second = sessionCookie(await server.signIn())
    await server.request('DELETE', '/v1/session', undefined, second)
    const { json, text } = await server.request<Page<AuditRecord>>('GET', '/v1/audit', undefined, cookie)
    expect(json.items.map(({ action, by, name }) => [action, by?.name ?? null, name])).toEqual([
      ['session.end', firstAccount.name, null],
      ['session.start', firstAccount.name, null],
      ['session.refused', null, firstAccount.name],
      ['team.create', firstAccount.name, firstAccount.team],
    ])
    expect(text).not.toContain('canary')
  })
})
