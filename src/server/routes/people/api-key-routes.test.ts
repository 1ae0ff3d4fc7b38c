import { describe, expect, it } from 'vitest'
import { confirmedHeader } from '#server/testing/app/identity-by-header.ts'
import { requestSender } from '#server/testing/app/send-request.ts'
import { openTestApp, type TestApp } from '#server/testing/app/test-app.ts'
import type { Failure } from '#shared/failure.ts'
import type { Page } from '#shared/page.ts'
import { type ApiKey, isApiKey, type MadeApiKey } from '#shared/people/api-key.ts'

let skipped = 0
const api = await openTestApp({ now: () => Date.now() + skipped })
const minute = 60_000
const day = 24 * 60 * minute
const keys = '/v1/api-keys'

/** Sends requests with these headers and no session. */
const asking = (headers: Record<string, string>, { app }: TestApp = api) => requestSender(app, headers)
const inDays = (days: number) => new Date(Date.now() + skipped + days * day).toISOString()
const listOf = async (team: { request: ReturnType<typeof requestSender> }, of = 'me') =>
  (await team.request<Page<ApiKey>>('GET', `${keys}?of=${of}`)).json.items

describe('a new key', () => {
  it('needs only a name: it manages secrets for 90 days, without limits', async () => {
    const team = await api.newTeam()
    const { status, json } = await team.request<MadeApiKey>('POST', keys, { name: 'ci' })
    expect(status).toBe(201)
    expect(isApiKey(json.key)).toBe(true)
    const { key, ...known } = json
    expect(known).toMatchObject({
      name: 'ci',
      masked: `${key.slice(0, 9)}…${key.slice(-4)}`,
      access: ['manage'],
      project: null,
      cluster: null,
      member: { id: team.owner.id, name: team.owner.name },
      lastUsed: null,
    })
    expect(Date.parse(known.expiresAt ?? '') - Date.parse(known.dtCreated)).toBe(90 * day)
    expect(await listOf(team)).toEqual([known])
  })

  it('is in one answer only, and in no row of the database', async () => {
    const team = await api.newTeam()
    const { key } = await team.key()
    const texts = [await team.request('GET', keys), await team.request('GET', '/v1/audit')].map(({ text }) => text)
    expect(texts.join()).toContain(key.slice(-4))
    expect(texts.join()).not.toContain(key.slice(9, -4))
  })

  it('never expires, or expires at a chosen time', async () => {
    const team = await api.newTeam()
    expect((await team.request<ApiKey>('POST', keys, { name: 'a', expiresAt: null })).json.expiresAt).toBeNull()
    const until = inDays(3)
    expect((await team.request<ApiKey>('POST', keys, { name: 'b', expiresAt: until })).json.expiresAt).toBe(until)
    const { status, json } = await team.request<Failure>('POST', keys, { name: 'c', expiresAt: inDays(-1) })
    expect([status, json.message]).toEqual([400, expect.stringContaining('past')])
  })

  it('may be limited only to a project and a cluster of the team', async () => {
    const team = await api.newTeam()
    const [project, cluster] = [await team.scope('project', 'web'), await team.scope('cluster', 'gpu')]
    const limits = { projectId: project.id, clusterId: cluster.id }
    const { json } = await team.request<ApiKey>('POST', keys, { name: 'a', ...limits })
    expect(json).toMatchObject({ project: { id: project.id, name: 'web' }, cluster: { id: cluster.id, name: 'gpu' } })
    const other = await (await api.newTeam()).scope('project')
    for (const wrong of [
      { projectId: other.id },
      { projectId: cluster.id },
      { clusterId: project.id },
      { projectId: '' },
    ]) {
      expect((await team.request('POST', keys, { name: 'a', ...wrong })).status).toBe(404)
    }
  })

  it('for workloads needs a limit unless an admin makes it', async () => {
    const team = await api.newTeam()
    const project = await team.scope('project')
    const member = await team.join('member')
    const run = { name: 'trainer', access: ['run'] }
    const { status, json } = await member.request<Failure>('POST', keys, run)
    expect([status, json.message]).toEqual([403, expect.stringContaining('Limit')])
    expect((await member.request('POST', keys, { ...run, projectId: project.id })).status).toBe(201)
    expect((await team.request('POST', keys, run)).status).toBe(201)
  })

  it('is refused to a viewer, and for a project that its maker may not see', async () => {
    const team = await api.newTeam()
    expect((await (await team.join('viewer')).request('POST', keys, { name: 'a' })).status).toBe(403)
    const hidden = await team.scope('project')
    await team.request('PUT', `/v1/projects/${hidden.id}/access`, { access: 'chosen' })
    const member = await team.join('member')
    expect((await member.request('POST', keys, { name: 'a', projectId: hidden.id })).status).toBe(404)
  })

  it('needs a password that was confirmed in the last ten minutes', async () => {
    const team = await api.newTeam()
    const ago = (ms: number) => ({ [confirmedHeader]: `${ms}` })
    const { status, json } = await team.request<Failure>('POST', keys, { name: 'a' }, ago(11 * minute))
    expect([status, json.issues[0]?.path]).toEqual([403, ['confirmation']])
    expect((await team.request('POST', keys, { name: 'a' }, ago(9 * minute))).status).toBe(201)
  })

  it('needs a new confirmation when the last one is in the future', async () => {
    const team = await api.newTeam()
    const ago = (ms: number) => ({ [confirmedHeader]: `${ms}` })
    const { status, json } = await team.request<Failure>('POST', keys, { name: 'a' }, ago(-minute))
    expect([status, json.issues[0]?.path]).toEqual([403, ['confirmation']])
    // The clocks of two servers differ a little.
    expect((await team.request('POST', keys, { name: 'a' }, ago(-1000))).status).toBe(201)
  })
})

describe('a revoked key', () => {
  it('is refused from the next request on, and not listed', async () => {
    const team = await api.newTeam()
    const { id, request } = await team.key()
    expect((await request('GET', '/v1/projects')).status).toBe(200)
    expect((await team.request('DELETE', `${keys}/${id}`)).json).toEqual({ id })
    const { status, json } = await request<Failure>('GET', '/v1/projects')
    expect([status, json.message]).toEqual([401, expect.stringContaining('revoked')])
    expect(await listOf(team)).toEqual([])
    expect((await team.request('DELETE', `${keys}/${id}`)).status).toBe(404)
  })

  it('revokes the keys that were made with it', async () => {
    const team = await api.newTeam()
    const first = await team.key()
    const { json: second } = await first.request<MadeApiKey>('POST', keys, { name: 'second' })
    const { json: third } = await asking({ 'x-api-key': second.key })<MadeApiKey>('POST', keys, { name: 'third' })
    const own = await team.key()
    await team.request('DELETE', `${keys}/${first.id}`)
    for (const { key } of [first, second, third]) {
      expect((await asking({ 'x-api-key': key })('GET', '/v1/projects')).status).toBe(401)
    }
    expect((await own.request('GET', '/v1/projects')).status).toBe(200)
  })

  it('and an expired one are refused, and recorded once a minute', async () => {
    const team = await api.newTeam()
    const { id, request } = await team.key({ expiresAt: inDays(1) })
    skipped += day - minute
    expect((await request('GET', '/v1/projects')).status).toBe(200)
    skipped += minute
    for (let count = 0; count < 3; count++) {
      const { status, json } = await request<Failure>('GET', '/v1/projects')
      expect([status, json.message]).toEqual([401, expect.stringContaining('expired')])
    }
    const { json } = await team.request<Page<{ key: { id: string } }>>('GET', '/v1/audit?action=key.refused')
    expect(json.items.map(({ key }) => key.id)).toEqual([id])
  })

  it('of another member is revoked only by admins, who see its owner', async () => {
    const team = await api.newTeam()
    const [ada, lin, vi] = [await team.join('admin'), await team.join('member', 'Lin'), await team.join('viewer')]
    const { json: theirs } = await lin.request<MadeApiKey>('POST', keys, { name: 'lin’s' })
    const { json: owners } = await team.request<MadeApiKey>('POST', keys, { name: 'owner’s' })
    expect((await listOf(ada, 'others')).map(({ name, member }) => [name, member?.name])).toEqual([
      ['lin’s', 'Lin'],
      ['owner’s', team.owner.name],
    ])
    expect((await lin.request('GET', `${keys}?of=others`)).status).toBe(403)
    expect((await lin.request('DELETE', `${keys}/${owners.id}`)).status).toBe(403)
    expect((await vi.request('DELETE', `${keys}/${theirs.id}`)).status).toBe(403)
    expect((await ada.request('DELETE', `${keys}/${theirs.id}`)).status).toBe(200)
    expect((await asking({ 'x-api-key': theirs.key })('GET', '/v1/projects')).status).toBe(401)
  })
})

describe('a key', () => {
  it('makes no key that is stronger than itself', async () => {
    const team = await api.newTeam()
    const [web, other] = [await team.scope('project', 'web'), await team.scope('project', 'other')]
    const gpu = await team.scope('cluster', 'gpu')
    const limited = await team.key({ projectId: web.id, expiresAt: inDays(10) })
    const wrong = [
      {},
      { projectId: other.id },
      { projectId: web.id, clusterId: gpu.id },
      { clusterId: gpu.id },
      { projectId: web.id, access: ['run'] },
      { projectId: web.id, access: ['manage', 'run'] },
      { projectId: web.id, expiresAt: null },
      { projectId: web.id, expiresAt: inDays(11) },
    ]
    for (const wanted of wrong) {
      const { status } = await limited.request('POST', keys, { name: 'a', ...wanted })
      expect([wanted, status]).toEqual([wanted, 403])
    }
    const { status, json } = await limited.request<ApiKey>('POST', keys, { name: 'a', projectId: web.id })
    expect(status).toBe(201)
    expect(Date.parse(json.expiresAt ?? '')).toBeLessThanOrEqual(Date.parse(inDays(10)))
  })

  it('with limits sees and revokes only keys with the same limits', async () => {
    const team = await api.newTeam()
    const web = await team.scope('project', 'web')
    const strong = await team.key({ name: 'strong' })
    const limited = await team.key({ name: 'limited', projectId: web.id })
    await team.key({ name: 'alike', projectId: web.id })
    expect((await listOf(limited)).map(({ name }) => name)).toEqual(['alike', 'limited'])
    expect((await limited.request('DELETE', `${keys}/${strong.id}`)).status).toBe(403)
    expect((await limited.request('DELETE', `${keys}/${limited.id}`)).status).toBe(200)
  })

  it('may do no more than its owner may do now', async () => {
    const team = await api.newTeam()
    const admin = await team.join('admin')
    const { json } = await admin.request<MadeApiKey>('POST', keys, { name: 'a' })
    const request = asking({ 'x-api-key': json.key })
    const path = `/v1/teams/${team.id}/secrets/A`
    expect((await request('PUT', path, { value: 'x' })).status).toBe(201)
    await team.request('PATCH', `/v1/members/${admin.id}`, { role: 'viewer' })
    expect((await request('PUT', path, { value: 'x' })).status).toBe(403)
    await team.request('DELETE', `/v1/members/${admin.id}`)
    expect((await request('GET', '/v1/projects')).status).toBe(401)
  })

  it('is revoked with the project that it is limited to', async () => {
    const team = await api.newTeam()
    const web = await team.scope('project', 'web')
    const { request } = await team.key({ projectId: web.id })
    await team.request('DELETE', `/v1/projects/${web.id}`)
    expect((await request('GET', '/v1/projects')).status).toBe(401)
    expect(await listOf(team)).toEqual([])
  })

  it('is listed in pages, by name', async () => {
    const team = await api.newTeam()
    for (const name of ['c', 'a', 'b', 'a']) await team.key({ name })
    const names: string[] = []
    let after = ''
    do {
      const { json } = await team.request<Page<ApiKey>>('GET', `${keys}?limit=2&after=${after}`)
      expect(json.total).toBe(4)
      names.push(...json.items.map(({ name }) => name))
      after = json.nextPage ?? ''
    } while (after)
    expect(names).toEqual(['a', 'a', 'b', 'c'])
  })
})
