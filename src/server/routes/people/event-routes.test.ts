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
  /** When a process begins to listen to the others, it says that it may have missed something. */
  const begun = async (next: NoticeStream['next']) => {
    if (label !== 'SQLite') expect(await next()).toEqual({ kind: 'anything' })
  }

  it('tells that a list was changed, and neither a name nor a value', async () => {
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

  it('tells of what another process has changed', async () => {
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
  it('tells nothing of a change that was undone, and nothing of what workloads get', async () => {
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

  it('tells the same but once, however often it happened before the stream was read', async () => {
    const team = await api.newTeam()
    const { secrets, id } = await team.scope('project')
    const { next } = await listen(api, as(team.owner))
    for (let count = 0; count < 50; count++) await team.request('PUT', `${secrets}/A${count}`, { value: 'x' })
    await team.scope('cluster')
    const told = [await next(), await next()]
    // They are gathered for a while each time: a second round may have begun.
    expect(told).toContainEqual({ kind: 'secrets', scope: { kind: 'project', id } })
    const kinds = new Set<string>()
    for (let read = 0; !kinds.has('scopes'); read++) {
      expect(read).toBeLessThan(25)
      kinds.add((told.shift() ?? (await next()))?.kind ?? 'none')
    }
  })

  it('tells of a project to those only who may see it', async () => {
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

  it('tells somebody who may see the trail, and not the place, that the trail has grown', async () => {
    const team = await api.newTeam()
    const viewer = await team.join('viewer')
    const { secrets, id } = await team.scope('project')
    await team.request('PUT', `/v1/projects/${id}/access`, { access: 'chosen', people: [] })
    const { next } = await listen(api, as(viewer))
    await team.request('PUT', `${secrets}/A`, { value: 'x' })
    expect(await next()).toEqual({ kind: 'audit' })
  })

  it('tells a key of what it is limited to, and of the team', async () => {
    const team = await api.newTeam()
    const [mine, other] = [await team.scope('project', 'mine'), await team.scope('project', 'other')]
    const { key } = await team.key({ projectId: mine.id })
    const { next } = await listen(api, { 'x-api-key': key })
    await team.request('PUT', `${other.secrets}/A`, { value: 'x' })
    await team.request('PUT', `${mine.secrets}/A`, { value: 'x' })
    expect(await next()).toEqual({ kind: 'secrets', scope: { kind: 'project', id: mine.id } })
  })

  it('tells nothing of another team', async () => {
    const [team, other] = [await api.newTeam(), await api.newTeam()]
    const { next } = await listen(api, as(team.owner))
    await other.scope('project')
    await team.scope('cluster')
    expect((await next())?.scope?.kind).toBe('cluster')
  })

  it('tells everybody that who sees a project was chosen anew, and nobody which', async () => {
    const team = await api.newTeam()
    const member = await team.join('member')
    const { id } = await team.scope('project')
    const { next } = await listen(api, as(member))
    await team.request('PUT', `/v1/projects/${id}/access`, { access: 'chosen', people: [] })
    expect(await next()).toEqual({ kind: 'scopes' })
  })

  it('sends something where nothing happens', async () => {
    const quiet = await openTestApp({ streamLimits: { beatEvery: 5 } })
    const team = await quiet.newTeam()
    const { nextText } = await listen(quiet, as(team.owner))
    expect(await nextText()).toBe(':\n\n')
  })
})

describe('a stream of changes ends', () => {
  it('at once when its reader is taken out of the team, with no word of what comes after', async () => {
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

  it('when its key has expired, without that anything happens', async () => {
    let at = Date.now()
    const aging = await openTestApp({ now: () => at, streamLimits: { beatEvery: 5 } })
    const team = await aging.newTeam()
    const { key } = await team.key({ expiresAt: new Date(at + 2 * minute).toISOString() })
    const { next } = await listen(aging, { 'x-api-key': key })
    at += 3 * minute
    expect(await next()).toBeUndefined()
  })

  it('when the server stops, which refuses new ones', async () => {
    const stopping = new AbortController()
    const ending = await openTestApp({ stopping: stopping.signal })
    const team = await ending.newTeam()
    const { next } = await listen(ending, as(team.owner))
    stopping.abort()
    expect(await next()).toBeUndefined()
    expect((await team.request('GET', '/v1/events')).status).toBe(503)
  })

  it('when it is not read, and takes its connection along', async () => {
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
  it.each(counted)('are bounded, those %s: one more is refused until one has ended', async (_, streamLimits, all) => {
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
