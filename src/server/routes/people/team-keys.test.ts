import { describe, expect, inject, it } from 'vitest'
import { confirmedHeader } from '#server/testing/app/identity-by-header.ts'
import { requestSender, type SendRequest } from '#server/testing/app/send-request.ts'
import { openTestApp } from '#server/testing/app/test-app.ts'
import type { AuditRecord } from '#shared/audit/audit-record.ts'
import type { Failure } from '#shared/failure.ts'
import type { Page } from '#shared/page.ts'
import type { ApiKey, MadeApiKey } from '#shared/people/api-key.ts'
import type { Secret } from '#shared/secret.ts'

/** Far from today: the sweep of another test on the same database must not warn of these keys. */
const clock = { now: 2_700_000_000_000 }
let address = '192.0.2.1'
const given = { now: () => clock.now, clientAddress: () => address }
const apps = {
  SQLite: await openTestApp(given),
  PostgreSQL: await openTestApp({ ...given, location: { kind: 'postgres', url: inject('postgres') } }),
}
const hour = 3_600_000
const day = 24 * hour
const keys = '/v1/api-keys'
const iso = (inMs: number) => new Date(clock.now + inMs).toISOString()

describe.each(Object.entries(apps))('on %s', (_label, api) => {
  const withKey = ({ key }: { key: string }) => requestSender(api.app, { 'x-api-key': key })
  const make = async (request: SendRequest, wanted: object = {}) => {
    const { status, json } = await request<MadeApiKey>('POST', keys, { name: 'k', ...wanted })
    expect(status).toBe(201)
    return json
  }
  const listOf = async (request: SendRequest, of: string) =>
    (await request<Page<ApiKey>>('GET', `${keys}?of=${of}`)).json.items
  const onRecord = async (team: { request: SendRequest }, action: string) =>
    (await team.request<Page<AuditRecord>>('GET', `/v1/audit?action=${action}`)).json.items

  describe('a key of the team', () => {
    it('survives who made it, and acts as the team', async () => {
      const team = await api.newTeam('The team')
      const admin = await team.join('admin')
      const made = await make(admin.request, { owner: 'team', access: ['manage', 'run'] })
      expect(made.member).toBeNull()
      await team.request('PATCH', `/v1/members/${admin.id}`, { role: 'viewer' })
      await team.request('DELETE', `/v1/members/${admin.id}`)
      const request = withKey(made)
      const { secrets } = await team.scope('project')
      const { json: secret, status } = await request<Secret>('PUT', `${secrets}/A`, { value: 'x' })
      const asTeam = { id: team.id, name: 'The team' }
      expect([status, secret.setBy]).toEqual([201, asTeam])
      const { json: list } = await team.request<Page<Secret>>('GET', secrets)
      expect(list.items[0]?.setBy).toEqual(asTeam)
      const [projectId] = secrets.split('/').slice(3)
      const { json: got } = await request('POST', '/v1/workloads/resolve', { all: true, projectId })
      expect(got).toMatchObject({ env: { A: 'x' } })
      const [record] = await onRecord(team, 'secret.set')
      expect(record).toMatchObject({ by: asTeam, key: { id: made.id, name: 'k' } })
      const use = await team.request<Page<Secret>>('GET', `${secrets}?include=lastUse`)
      expect(use.text).toContain('"The team"')
      const { json: trashed } = await request<object>('DELETE', `${secrets}/A`)
      expect(trashed).toBeTruthy()
      expect((await team.request('GET', secrets.replace(/secrets$/, 'trash'))).text).toContain('"The team"')
    })

    it('is made by owners and admins only, after a confirmation, and by no key of a person', async () => {
      const team = await api.newTeam()
      const [admin, member] = [await team.join('admin'), await team.join('member')]
      const wanted = { name: 'k', owner: 'team' }
      expect((await member.request('POST', keys, wanted)).status).toBe(403)
      expect((await (await team.key()).request('POST', keys, wanted)).status).toBe(403)
      const stale = { [confirmedHeader]: `${11 * 60_000}` }
      expect((await admin.request('POST', keys, wanted, stale)).status).toBe(403)
      expect((await admin.request('POST', keys, wanted)).status).toBe(201)
      expect((await onRecord(team, 'key.create'))[0]).toMatchObject({ detail: expect.stringContaining('of the team') })
    })

    it('is listed as the team’s, for those who may revoke it', async () => {
      const team = await api.newTeam()
      const [admin, member] = [await team.join('admin'), await team.join('member')]
      const made = await make(team.request, { owner: 'team', name: 'ci' })
      await make(member.request, { name: 'own' })
      expect((await listOf(admin.request, 'team')).map(({ name }) => name)).toEqual(['ci'])
      expect((await listOf(admin.request, 'others')).map(({ name }) => name)).toEqual(['own'])
      expect(await listOf(team.request, 'me')).toEqual([])
      expect((await member.request('GET', `${keys}?of=team`)).status).toBe(403)
      expect((await member.request('DELETE', `${keys}/${made.id}`)).status).toBe(403)
      expect((await admin.request('DELETE', `${keys}/${made.id}`)).status).toBe(200)
      const { status, json } = await withKey(made)<Failure>('GET', '/v1/projects')
      expect([status, json.message]).toEqual([401, expect.stringContaining('revoked')])
    })

    it('sees every project within its limits, and makes keys of the team, none stronger', async () => {
      const team = await api.newTeam()
      const [hidden, other] = [await team.scope('project', 'hidden'), await team.scope('project', 'other')]
      await team.request('PUT', `/v1/projects/${hidden.id}/access`, { access: 'chosen' })
      const made = await make(team.request, { owner: 'team', projectId: hidden.id })
      const request = withKey(made)
      expect((await request('GET', `/v1/projects/${hidden.id}`)).status).toBe(200)
      expect((await request('GET', `/v1/projects/${other.id}`)).status).toBe(403)
      expect((await request('POST', keys, { name: 'x' })).status).toBe(403)
      const next = await make(request, { projectId: hidden.id, name: 'next' })
      expect(next.member).toBeNull()
      expect((await listOf(request, 'me')).map(({ name }) => name)).toEqual(['k', 'next'])
      expect((await team.request('DELETE', `${keys}/${made.id}`)).status).toBe(200)
      expect((await withKey(next)('GET', '/v1/projects')).status).toBe(401)
    })

    it('calls no route for people and no route of owners', async () => {
      const team = await api.newTeam()
      const request = withKey(await make(team.request, { owner: 'team', access: ['manage', 'run'] }))
      expect((await request('GET', '/v1/session')).json).toMatchObject({ user: { id: team.id, email: '' } })
      for (const [method, path, body] of [
        ['GET', '/v1/members'],
        ['POST', '/v1/invites', { role: 'viewer' }],
        ['GET', '/v1/account'],
      ] as const) {
        expect([path, (await request(method, path, body)).status]).toEqual([path, 403])
      }
    })
  })

  describe('a key with addresses', () => {
    it('is refused from elsewhere, on record once a minute, and accepted from these', async () => {
      const team = await api.newTeam()
      const made = await make(team.request, { addresses: ['198.51.100.77/24', '2001:DB8::/32', '203.0.113.9'] })
      expect(made.addresses).toEqual(['198.51.100.0/24', '2001:db8::/32', '203.0.113.9'])
      const request = withKey(made)
      const statuses: Record<string, number> = {}
      for (const from of ['198.51.100.1', '::ffff:198.51.100.2', '2001:db8:1::9', '203.0.113.9']) {
        address = from
        statuses[from] = (await request('GET', '/v1/projects')).status
      }
      expect(new Set(Object.values(statuses))).toEqual(new Set([200]))
      for (const from of ['198.51.101.1', '2001:db9::1', '203.0.113.8', 'unknown', '192.0.2.1']) {
        address = from
        const { status, json } = await request<Failure>('GET', '/v1/projects')
        expect([status, json.message]).toEqual([403, expect.stringContaining(`not accepted from ${from}`)])
      }
      const records = await onRecord(team, 'key.refused')
      expect(records).toMatchObject([
        { key: { id: made.id }, from: '198.51.101.1', detail: expect.stringMatching(/address/) },
      ])
    })

    it('has at most 20 of them, each an address or a range', async () => {
      const { request } = await api.newTeam()
      const many = Array.from({ length: 21 }, (_, index) => `192.0.2.${index}`)
      for (const addresses of [many, ['192.0.2.1/33'], ['example.com'], ['']]) {
        expect([addresses, (await request('POST', keys, { name: 'k', addresses })).status]).toEqual([addresses, 400])
      }
      expect((await make(request, { addresses: many.slice(1) })).addresses).toHaveLength(20)
    })

    it('makes no key that is accepted from elsewhere', async () => {
      const team = await api.newTeam()
      const request = withKey(await make(team.request, { addresses: ['192.0.2.0/24'] }))
      expect((await make(request)).addresses).toEqual(['192.0.2.0/24'])
      expect((await make(request, { addresses: ['192.0.2.128/25', '192.0.2.1'] })).addresses).toHaveLength(2)
      for (const addresses of [[], ['192.0.0.0/16'], ['192.0.2.1', '203.0.113.1'], ['::/0']]) {
        expect([addresses, (await request('POST', keys, { name: 'x', addresses })).status]).toEqual([addresses, 403])
      }
    })
  })

  describe('renewing a key', () => {
    const renew = (request: SendRequest, id: string, body: object = {}, headers: Record<string, string> = {}) =>
      request<MadeApiKey & Failure>('POST', `${keys}/${id}/renewal`, body, headers)

    it('makes its successor, and both work for the chosen overlap', async () => {
      const team = await api.newTeam()
      const [web, gpu] = [await team.scope('project'), await team.scope('cluster')]
      const limits = { projectId: web.id, clusterId: gpu.id, access: ['run', 'manage'], addresses: ['192.0.2.0/24'] }
      const old = await make(team.request, { name: 'ci', ...limits, expiresAt: iso(60 * day) })
      clock.now += 50 * day
      const { status, json } = await renew(team.request, old.id, { overlapHours: 2 })
      expect(status).toBe(201)
      const { access, project, cluster, addresses, name, member } = old
      expect(json).toMatchObject({ name, access, project, cluster, addresses, member, expiresAt: iso(60 * day) })
      expect(json.key).not.toBe(old.key)
      const [first, second] = await listOf(team.request, 'me').then((all) => [
        all.find(({ id }) => id === old.id),
        all.find(({ id }) => id === json.id),
      ])
      expect([first?.expiresAt, first?.renewedAs, second?.renewedAs]).toEqual([iso(2 * hour), json.id, null])
      const records = await onRecord(team, 'key.renew')
      expect(records).toMatchObject([
        { name: 'ci', detail: `${old.id} → ${json.id}, the first until ${iso(2 * hour)}` },
      ])
      const works = async () => [
        (await withKey(old)('GET', `/v1/projects/${web.id}`)).status,
        (await withKey(json)('GET', `/v1/projects/${web.id}`)).status,
      ]
      expect(await works()).toEqual([200, 200])
      clock.now += 2 * hour
      expect(await works()).toEqual([401, 200])
    })

    it('never lengthens the life of the old key, and by default overlaps for a day', async () => {
      const { request } = await api.newTeam()
      const [short, endless, none] = [
        await make(request, { expiresAt: iso(hour) }),
        await make(request, { expiresAt: null }),
        await make(request),
      ]
      expect((await renew(request, short.id)).json.expiresAt).toBe(iso(hour))
      expect((await renew(request, endless.id)).json.expiresAt).toBeNull()
      expect((await renew(request, none.id, { overlapHours: 0, expiresAt: iso(day) })).json.expiresAt).toBe(iso(day))
      const ends = new Map((await listOf(request, 'me')).map(({ id, expiresAt }) => [id, expiresAt]))
      expect([short, endless, none].map(({ id }) => ends.get(id))).toEqual([iso(hour), iso(day), iso(0)])
      expect((await withKey(none)('GET', '/v1/projects')).status).toBe(401)
      for (const overlapHours of [-1, 721, 1.5])
        expect((await renew(request, short.id, { overlapHours })).status).toBe(400)
    })

    it('happens once, also for two at the same time', async () => {
      const { request } = await api.newTeam()
      const { id } = await make(request)
      const answers = await Promise.all([renew(request, id), renew(request, id)])
      expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409])
      expect((await listOf(request, 'me')).length).toBe(2)
    })

    it('is for its owner, and for keys of the team for owners and admins, after a confirmation', async () => {
      const team = await api.newTeam()
      const [admin, member] = [await team.join('admin'), await team.join('member')]
      const [own, ofTeam] = [await make(member.request), await make(team.request, { owner: 'team' })]
      expect((await renew(admin.request, own.id)).status).toBe(404)
      expect((await renew(member.request, ofTeam.id)).status).toBe(403)
      const stale = { [confirmedHeader]: `${11 * 60_000}` }
      expect((await renew(member.request, own.id, {}, stale)).json.issues[0]?.path).toEqual(['confirmation'])
      expect((await renew(admin.request, ofTeam.id)).json.member).toBeNull()
      expect((await renew(member.request, own.id)).status).toBe(201)
    })

    it('by the key itself lasts no longer than that key', async () => {
      const { request } = await api.newTeam()
      const made = await make(request, { expiresAt: iso(day) })
      expect((await renew(withKey(made), made.id, { expiresAt: iso(2 * day) })).status).toBe(403)
      expect((await renew(withKey(made), made.id)).json.expiresAt).toBe(iso(day))
    })

    it('is refused for a project that its owner may not see any more', async () => {
      const team = await api.newTeam()
      const web = await team.scope('project')
      const member = await team.join('member')
      const { id } = await make(member.request, { projectId: web.id })
      await team.request('PUT', `/v1/projects/${web.id}/access`, { access: 'chosen' })
      expect((await renew(member.request, id)).status).toBe(404)
      await team.request('PATCH', `/v1/projects/${web.id}`, { name: 'a hidden name' })
      expect((await listOf(member.request, 'me'))[0]?.project?.name).toBe('a project that you may not see')
    })
  })

  describe('a key that expires soon', () => {
    it('is on record 14 and 3 days before, once each, also when several servers look', async () => {
      const team = await api.newTeam()
      const made = await make(team.request, { name: 'late', expiresAt: iso(20 * day) })
      await make(team.request, { name: 'short', expiresAt: iso(2 * day) })
      await make(team.request, { name: 'endless', expiresAt: null })
      const replaced = await make(team.request, { name: 'replaced', expiresAt: iso(20 * day) })
      await team.request('POST', `${keys}/${replaced.id}/renewal`, { expiresAt: iso(100 * day), overlapHours: 720 })
      const revoked = await make(team.request, { name: 'revoked', expiresAt: iso(20 * day) })
      await team.request('DELETE', `${keys}/${revoked.id}`)
      const warnings = async () => {
        await Promise.all([1, 2, 3].map(() => api.deps.store.deleteExpired(clock.now)))
        return (await onRecord(team, 'key.expiring')).map(({ name, by, detail }) => ({ name, by, detail }))
      }
      const end = iso(20 * day)
      const warning = (days: number) => ({
        name: 'late',
        by: null,
        detail: `${made.id}, of ${team.owner.name}, in less than ${days} days: ${end}`,
      })
      clock.now += 6 * day - 1
      expect(await warnings()).toEqual([])
      clock.now += 1
      expect(await warnings()).toEqual([warning(14)])
      clock.now += 11 * day
      expect(await warnings()).toEqual([warning(3), warning(14)])
      clock.now += 3 * day
      expect(await warnings()).toEqual([warning(3), warning(14)])
    })
  })
})
