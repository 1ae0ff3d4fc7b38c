import { describe, expect, inject, it } from 'vitest'
import { newId } from '#server/crypto/make-id.ts'
import type { StreamLimits } from '#server/live/event-stream.ts'
import type { DatabaseLocation } from '#server/node/database/open-database.ts'
import { personHeader } from '#server/testing/app/identity-by-header.ts'
import { openTestApp, type TestApp } from '#server/testing/app/test-app.ts'
import { type NoticeStream, readNotices } from '#server/testing/notice-stream.ts'

const minute = 60_000

/** Opens a stream with these headers, and reads it from the first notice on. */
const listen = async ({ app }: Pick<TestApp, 'app'>, headers: Record<string, string>) => {
  const response = await app.request('/v1/events', { headers })
  expect(response.status).toBe(200)
  const notices = readNotices(response.body)
  expect(await notices.nextText()).toMatch(/^retry: \d+\n\n$/)
  return { response, ...notices }
}
const as = ({ id }: { id: string }) => ({ [personHeader]: id })

const locations: [string, Partial<{ location: DatabaseLocation }>][] = [
  ['SQLite', {}],
  ['PostgreSQL', { location: { kind: 'postgres', url: inject('postgres') } }],
  ['a database without LISTEN', { location: { kind: 'postgres', url: inject('postgres'), listen: false } }],
]

describe.each(locations)('a stream of changes on %s', (label, location) => {
  const exactly = label !== 'a database without LISTEN'
  /** A process that starts to listen to others sends that it may have missed changes. */
  const begun = async (next: NoticeStream['next']) => {
    if (label !== 'SQLite') expect(await next()).toEqual({ kind: 'anything' })
  }

  it('sends that a list was changed, without a name or a value', async () => {
    const api = await openTestApp(location)
    const team = await api.newTeam()
    const { id, secrets } = await team.scope('project')
    const { response, next } = await listen(api, as(team.owner))
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(response.headers.get('cache-control')).toBe('no-store')
    await begun(next)
    expect((await team.request('PUT', `${secrets}/CANARY`, { value: 'canary' })).status).toBe(201)
    expect(await next()).toEqual(exactly ? { kind: 'secrets', scope: { kind: 'project', id } } : { kind: 'anything' })
  })

  it('sends the changes of another process', async () => {
    if (label === 'SQLite') return
    const [one, other] = [await openTestApp(location), await openTestApp(location)]
    const team = await one.newTeam()
    const { next } = await listen(one, as(team.owner))
    await begun(next)
    const scope = { kind: 'cluster', id: newId('cl'), name: 'gpu' } as const
    await other.deps.store.createScope(team.id, scope, { by: team.owner, at: Date.now() })
    expect((await next())?.kind).toBe(exactly ? 'scopes' : 'anything')
  })
})

const api = await openTestApp()

describe('a stream of changes', () => {
  it('sends nothing for a refused change or a resolve', async () => {
    const team = await api.newTeam()
    const { secrets, id } = await team.scope('project')
    const runner = await team.key({ access: ['run'] })
    const { next } = await listen(api, as(team.owner))
    const headers = { 'gradient-plan': '0'.repeat(64) }
    expect((await team.request('PUT', `${secrets}/A`, { value: 'x' }, headers)).status).toBe(409)
    expect((await runner.request('POST', '/v1/workloads/resolve', { projectId: id, all: true })).status).toBe(200)
    await team.request('PUT', `/v1/teams/${team.id}/secrets/B`, { value: 'x' })
    expect(await next()).toEqual({ kind: 'secrets', scope: { kind: 'team', id: team.id } })
  })

  it('sends equal notices once when they were not read yet', async () => {
    const team = await api.newTeam()
    const { secrets, id } = await team.scope('project')
    const { next } = await listen(api, as(team.owner))
    for (let count = 0; count < 50; count++) await team.request('PUT', `${secrets}/A${count}`, { value: 'x' })
    await team.scope('cluster')
    const told = [await next(), await next()]
    // Changes are collected for a while: a second round may have started.
    expect(told).toContainEqual({ kind: 'secrets', scope: { kind: 'project', id } })
    const kinds = new Set<string>()
    for (let read = 0; !kinds.has('scopes'); read++) {
      expect(read).toBeLessThan(25)
      kinds.add((told.shift() ?? (await next()))?.kind ?? 'none')
    }
  })

  it('sends changes of a project only to those who may see it', async () => {
    const team = await api.newTeam()
    const [chosen, other] = [await team.join('member', 'Chosen'), await team.join('member', 'Other')]
    const { secrets, id } = await team.scope('project')
    await team.request('PUT', `/v1/projects/${id}/access`, { access: 'chosen', people: [chosen.id] })
    const [theirs, others] = [await listen(api, as(chosen)), await listen(api, as(other))]
    await team.request('PUT', `${secrets}/A`, { value: 'x' })
    expect(await theirs.next()).toEqual({ kind: 'secrets', scope: { kind: 'project', id } })
    await team.request('PUT', `/v1/teams/${team.id}/secrets/A`, { value: 'x' })
    expect(await others.next()).toEqual({ kind: 'secrets', scope: { kind: 'team', id: team.id } })
  })

  it('sends only that the audit trail has grown to a reader who may not see the scope', async () => {
    const team = await api.newTeam()
    const viewer = await team.join('viewer')
    const { secrets, id } = await team.scope('project')
    await team.request('PUT', `/v1/projects/${id}/access`, { access: 'chosen', people: [] })
    const { next } = await listen(api, as(viewer))
    await team.request('PUT', `${secrets}/A`, { value: 'x' })
    expect(await next()).toEqual({ kind: 'audit' })
  })

  it('sends a limited key the changes of its scopes and of the team', async () => {
    const team = await api.newTeam()
    const [mine, other] = [await team.scope('project', 'mine'), await team.scope('project', 'other')]
    const { key } = await team.key({ projectId: mine.id })
    const { next } = await listen(api, { 'x-api-key': key })
    await team.request('PUT', `${other.secrets}/A`, { value: 'x' })
    await team.request('PUT', `${mine.secrets}/A`, { value: 'x' })
    expect(await next()).toEqual({ kind: 'secrets', scope: { kind: 'project', id: mine.id } })
  })

  it('sends no changes of another team', async () => {
    const [team, other] = [await api.newTeam(), await api.newTeam()]
    const { next } = await listen(api, as(team.owner))
    await other.scope('project')
    await team.scope('cluster')
    expect((await next())?.scope?.kind).toBe('cluster')
  })

  it('sends everyone that access to a project has changed, without the project', async () => {
    const team = await api.newTeam()
    const member = await team.join('member')
    const { id } = await team.scope('project')
    const { next } = await listen(api, as(member))
    await team.request('PUT', `/v1/projects/${id}/access`, { access: 'chosen', people: [] })
    expect(await next()).toEqual({ kind: 'scopes' })
  })

  it('sends heartbeats', async () => {
    const quiet = await openTestApp({ streamLimits: { beatEvery: 5 } })
    const team = await quiet.newTeam()
    const { nextText } = await listen(quiet, as(team.owner))
    expect(await nextText()).toBe(':\n\n')
  })
})

describe('a stream of changes ends', () => {
  it('at once when its reader is removed from the team, without later changes', async () => {
    const team = await api.newTeam()
    const member = await team.join('member')
    const { next } = await listen(api, as(member))
    await team.request('DELETE', `/v1/members/${member.id}`)
    await team.scope('project')
    expect(await next()).toBeUndefined()
  })

  it('at once when its key is revoked', async () => {
    const team = await api.newTeam()
    const { id, key } = await team.key()
    const { next } = await listen(api, { 'x-api-key': key })
    await team.request('DELETE', `/v1/api-keys/${id}`)
    expect(await next()).toBeUndefined()
  })

  it('at once when the project of its key is closed to the key’s owner, or deleted', async () => {
    const team = await api.newTeam()
    const member = await team.join('member')
    const [closed, deleted] = [await team.scope('project'), await team.scope('project')]
    const streams = []
    for (const { id } of [closed, deleted]) {
      const { key } = await team.key({ projectId: id }, member)
      streams.push(await listen(api, { 'x-api-key': key }))
    }
    await team.request('PUT', `/v1/projects/${closed.id}/access`, { access: 'chosen', people: [] })
    await team.request('DELETE', `/v1/projects/${deleted.id}`)
    const next = []
    for (const stream of streams) {
      let notice = await stream.next()
      // The other project’s change may come first.
      if (notice?.kind === 'scopes') notice = await stream.next()
      next.push(notice)
    }
    expect(next).toEqual([undefined, undefined])
  })

  it('when its key has expired, also without a change', async () => {
    let at = Date.now()
    const aging = await openTestApp({ now: () => at, streamLimits: { beatEvery: 5 } })
    const team = await aging.newTeam()
    const { key } = await team.key({ expiresAt: new Date(at + 2 * minute).toISOString() })
    const { next } = await listen(aging, { 'x-api-key': key })
    at += 3 * minute
    expect(await next()).toBeUndefined()
  })

  it('when the server stops, which refuses new streams', async () => {
    const stopping = new AbortController()
    const ending = await openTestApp({ stopping: stopping.signal })
    const team = await ending.newTeam()
    const { next } = await listen(ending, as(team.owner))
    stopping.abort()
    expect(await next()).toBeUndefined()
    expect((await team.request('GET', '/v1/events')).status).toBe(503)
  })

  it('when it is not read, and closes its connection', async () => {
    const hungUp = Promise.withResolvers<unknown>()
    const impatient = await openTestApp({
      streamLimits: { beatEvery: 5, ofPerson: 1 },
      closeConnection: hungUp.resolve,
    })
    const team = await impatient.newTeam()
    const { body } = await impatient.app.request('/v1/events', { headers: as(team.owner) })
    await hungUp.promise
    await expect(body?.getReader().read()).rejects.toThrow()
    expect((await team.request('GET', '/v1/events')).status).toBe(200)
  })
})

describe('open streams', () => {
  const counted: [string, Partial<StreamLimits>, boolean][] = [
    ['of all', { ofAll: 2 }, true],
    ['of a team', { ofTeam: 2 }, false],
    ['of a person', { ofPerson: 2 }, false],
  ]
  it.each(counted)('are limited %s: one more is refused until one has ended', async (_, streamLimits, all) => {
    const bounded = await openTestApp({ streamLimits })
    const [team, other] = [await bounded.newTeam(), await bounded.newTeam()]
    const open = [await listen(bounded, as(team.owner)), await listen(bounded, as(team.owner))]
    const { status, headers } = await team.request('GET', '/v1/events')
    expect([status, headers.get('retry-after')]).toEqual([429, '60'])
    expect((await other.request('GET', '/v1/events')).status).toBe(all ? 429 : 200)
    await open[0]?.close()
    expect((await team.request('GET', '/v1/events')).status).toBe(200)
  })
})
