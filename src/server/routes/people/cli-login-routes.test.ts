import { describe, expect, inject, it } from 'vitest'
import { newToken } from '#server/crypto/make-id.ts'
import { webSha256 } from '#server/crypto/web-crypto.ts'
import { maxCliLogins } from '#server/store/people/cli-login-store.ts'
import { confirmedHeader } from '#server/testing/app/identity-by-header.ts'
import type { SendRequest } from '#server/testing/app/send-request.ts'
import { openTestApp, type TestTeam } from '#server/testing/app/test-app.ts'
import type { AuditRecord } from '#shared/audit/audit-record.ts'
import type { Failure } from '#shared/failure.ts'
import type { Page } from '#shared/page.ts'
import type { ApiKey } from '#shared/people/api-key.ts'
import type { CliLogin, CliLoginAnswer, StartedCliLogin } from '#shared/people/cli-login.ts'

const minute = 60_000
/** Far from today: other tests on the same database delete what has expired at their time. */
const clock = { now: 2_500_000_000_000 }
let address = '192.0.2.1'
const given = { now: () => clock.now, clientAddress: () => address }
const apps = {
  SQLite: await openTestApp(given),
  PostgreSQL: await openTestApp({ ...given, location: { kind: 'postgres', url: inject('postgres') } }),
}
let addresses = 0

describe.each(Object.entries(apps))('a command line that requests a key on %s', (label, api) => {
  /** A command line named `device`, with its own address. */
  const ask = async (device = 'ada@laptop') => {
    addresses++
    address = `${label} 198.51.100.${addresses}`
    const verifier = newToken()
    const { json } = await api.request<StartedCliLogin>('POST', '/v1/cli-logins', {
      device,
      challenge: await webSha256(verifier),
    })
    const poll = (changes: { code?: string; verifier?: string } = {}) =>
      api.request<CliLoginAnswer & Failure>('POST', '/v1/cli-logins/key', { code: json.code, verifier, ...changes })
    return { ...json, from: address, verifier, poll }
  }
  const look = (request: SendRequest, code: string) =>
    request<CliLogin & Failure>('POST', '/v1/cli-logins/look', { code })
  const allow = (request: SendRequest, code: string, wanted: object = {}, headers: Record<string, string> = {}) =>
    request<Failure>('POST', '/v1/cli-logins/allowance', { code, ...wanted }, headers)
  const deny = (request: SendRequest, code: string) => request<Failure>('POST', '/v1/cli-logins/denial', { code })
  const keysOf = async ({ request }: { request: SendRequest }) =>
    (await request<Page<ApiKey>>('GET', '/v1/api-keys')).json.items
  const onRecord = async ({ request }: TestTeam) => (await request<Page<AuditRecord>>('GET', '/v1/audit')).json.items
  const keyIn = ({ json }: { json: CliLoginAnswer }) => (json.state === 'allowed' ? json.apiKey.key : 'no key')

  it('gets a working key, in an uncacheable answer, once a person has allowed it', async () => {
    const team = await api.newTeam()
    const { code, poll, expiresIn, interval } = await ask()
    expect(code).toMatch(/^[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}$/)
    expect([expiresIn, interval]).toEqual([600, 2])
    expect((await poll()).json).toEqual({ state: 'waiting' })
    expect((await allow(team.request, code)).status).toBe(204)
    expect(await keysOf(team)).toEqual([])
    const answer = await poll()
    expect([answer.status, answer.headers.get('cache-control')]).toEqual([201, 'no-store'])
    const { name, access } = { name: 'gradient on ada@laptop', access: ['manage'] }
    expect(answer.json).toMatchObject({ state: 'allowed', team: { id: team.id }, apiKey: { name, access } })
    expect(await keysOf(team)).toMatchObject([{ name, access, member: { id: team.owner.id } }])
    const used = await api.request('GET', '/v1/projects', undefined, { 'x-api-key': keyIn(answer) })
    expect(used.status).toBe(200)
  })

  it('gets it once, also in two concurrent polls', async () => {
    const team = await api.newTeam()
    const { code, poll } = await ask()
    await allow(team.request, code)
    const polls = await Promise.all(Array.from({ length: 8 }, () => poll()))
    expect(polls.map(({ status }) => status).toSorted()).toEqual([201, ...Array(7).fill(404)])
    expect((await poll()).json.code).toBe('NOT_FOUND')
    expect((await keysOf(team)).length).toBe(1)
  })

  it('gets a key with the chosen access, limits, expiry and team', async () => {
    const team = await api.newTeam()
    const [project, cluster] = [await team.scope('project'), await team.scope('cluster')]
    const { code, poll } = await ask()
    const expiresAt = new Date(clock.now + 5 * minute).toISOString()
    const wanted = { access: ['run', 'manage'], projectId: project.id, clusterId: cluster.id, expiresAt }
    expect((await allow(team.request, code.toLowerCase().replace('-', ' '), wanted)).status).toBe(204)
    clock.now += minute
    expect((await poll()).json).toMatchObject({
      apiKey: {
        access: ['manage', 'run'],
        project: { id: project.id },
        cluster: { id: cluster.id },
        expiresAt,
      },
    })
  })

  it('is shown to the person who may allow it, with both addresses', async () => {
    const team = await api.newTeam()
    const { code, from } = await ask('  eve@elsewhere ')
    address = 'the browser'
    const { json } = await look(team.request, code)
    const expected = { code, device: 'eve@elsewhere', from, here: 'the browser', expiresIn: 600, state: 'waiting' }
    expect(json).toEqual(expected)
    expect((await look((await team.join('viewer')).request, code)).status).toBe(200)
    expect((await look((await team.key()).request, code)).status).toBe(403)
    expect((await look(api.request, code)).status).toBe(401)
  })

  it('that is denied learns so and gets no key, also when it is allowed afterwards', async () => {
    const team = await api.newTeam()
    const { code, poll } = await ask()
    expect((await deny(team.request, code)).status).toBe(204)
    expect((await look(team.request, code)).json.state).toBe('denied')
    expect((await allow(team.request, code)).json.code).toBe('NOT_FOUND')
    expect((await poll()).json).toEqual({ state: 'denied' })
    expect(await keysOf(team)).toEqual([])
  })

  it('that was allowed cannot be allowed or denied again', async () => {
    const [team, other] = [await api.newTeam(), await api.newTeam()]
    const { code, poll } = await ask()
    const decided = await Promise.all([allow(team.request, code), allow(other.request, code)])
    expect(decided.map(({ status }) => status).toSorted()).toEqual([204, 404])
    expect((await deny(team.request, code)).status).toBe(404)
    expect((await look(team.request, code)).json.state).toBe('allowed')
    await poll()
    expect((await keysOf(team)).length + (await keysOf(other)).length).toBe(1)
  })

  it('gets no key with another verifier, or with that of another code', async () => {
    const team = await api.newTeam()
    const [mine, theirs] = [await ask(), await ask('eve@elsewhere')]
    await allow(team.request, mine.code)
    for (const verifier of [newToken(), theirs.verifier]) {
      expect((await mine.poll({ verifier })).json.code).toBe('NOT_FOUND')
      expect((await theirs.poll({ code: mine.code, verifier })).json.code).toBe('NOT_FOUND')
    }
    expect((await mine.poll()).status).toBe(201)
    expect((await theirs.poll()).json).toEqual({ state: 'waiting' })
  })

  it('has ten minutes to be allowed and to fetch its key', async () => {
    const team = await api.newTeam()
    const [late, unfetched] = [await ask(), await ask()]
    clock.now += 10 * minute - 1
    expect((await allow(team.request, unfetched.code)).status).toBe(204)
    clock.now += 1
    for (const answer of [
      await look(team.request, late.code),
      await allow(team.request, late.code),
      await deny(team.request, late.code),
      await late.poll(),
      await unfetched.poll(),
    ]) {
      expect([answer.status, answer.json.message]).toEqual([404, expect.stringContaining('expired')])
    }
    expect(await keysOf(team)).toEqual([])
  })

  it('gets no key when the person who allowed it has left the team or lost the permission', async () => {
    const team = await api.newTeam()
    for (const leave of [
      (id: string) => team.request('DELETE', `/v1/members/${id}`),
      (id: string) => team.request('PATCH', `/v1/members/${id}`, { role: 'viewer' }),
    ]) {
      const person = await team.join('member')
      const { code, poll } = await ask()
      expect((await allow(person.request, code)).status).toBe(204)
      expect((await leave(person.id)).status).toBe(200)
      expect([403, 404]).toContain((await poll()).status)
      expect((await poll()).status).toBe(404)
    }
    expect((await team.request<Page<ApiKey>>('GET', '/v1/api-keys?of=others')).json.total).toBe(0)
  })

  it('gets no more from an admin who became a member than a member may give', async () => {
    const team = await api.newTeam()
    const person = await team.join('admin')
    const { code, poll } = await ask()
    expect((await allow(person.request, code, { access: ['run'] })).status).toBe(204)
    await team.request('PATCH', `/v1/members/${person.id}`, { role: 'member' })
    expect((await poll()).json.message).toContain('Limit a key that runs workloads')
    expect(await keysOf(person)).toEqual([])
  })

  it('is allowed by the rules of making a key: role, limits, visibility, expiry, and a recent password', async () => {
    const team = await api.newTeam()
    const hidden = await team.scope('project')
    await team.request('PUT', `/v1/projects/${hidden.id}/access`, { access: 'chosen', people: [] })
    const [member, viewer] = [await team.join('member'), await team.join('viewer')]
    const { code, poll } = await ask()
    const past = new Date(clock.now - 1).toISOString()
    const refused: [Promise<{ status: number }>, number][] = [
      [allow(viewer.request, code), 403],
      [allow((await team.key()).request, code), 403],
      [allow(member.request, code, { access: ['run'] }), 403],
      [allow(member.request, code, { projectId: hidden.id }), 404],
      [allow(team.request, code, { projectId: 'pr0000000000' }), 404],
      [allow(team.request, code, { clusterId: hidden.id }), 404],
      [allow(team.request, code, { expiresAt: past }), 400],
      [allow(team.request, code, {}, { [confirmedHeader]: `${11 * minute}` }), 403],
    ]
    for (const [answer, status] of refused) expect((await answer).status).toBe(status)
    expect((await poll()).json).toEqual({ state: 'waiting' })
    expect((await allow(member.request, code)).status).toBe(204)
  })

  it('is recorded with who allowed it, who fetched the key, and both addresses', async () => {
    const team = await api.newTeam()
    const { code, poll, from } = await ask()
    address = 'the browser'
    await allow(team.request, code)
    address = from
    const made = await poll()
    const by = { id: team.owner.id }
    const records = await onRecord(team)
    expect(records.slice(0, 2)).toMatchObject([
      { by, action: 'key.create', name: 'gradient on ada@laptop', from },
      { by, action: 'login.allow', name: 'ada@laptop', detail: `asked from ${from}`, from: 'the browser' },
    ])
    expect(JSON.stringify(records)).not.toContain(keyIn(made))
  })

  it('is refused when too many others wait at its address, also concurrently', async () => {
    address = `${label} crowd`
    const challenge = '0'.repeat(64)
    const start = () => api.request<Failure>('POST', '/v1/cli-logins', { device: 'many', challenge })
    const answers = await Promise.all(Array.from({ length: maxCliLogins.address + 10 }, start))
    expect(answers.filter(({ status }) => status === 201).length).toBe(maxCliLogins.address)
    const refused = answers.find(({ status }) => status === 429)
    expect(refused?.headers.get('retry-after')).toBe('600')
    address = `${label} elsewhere`
    expect((await start()).status).toBe(201)
    address = `${label} crowd`
    clock.now += 10 * minute
    expect((await start()).status).toBe(201)
  })

  it('is not found by guessing: a person who tries many codes has to wait', async () => {
    const team = await api.newTeam()
    const { code } = await ask()
    for (let tried = 0; tried < 20; tried++) expect((await look(team.request, 'BBBB-BBBB')).status).toBe(404)
    for (const attempt of [look, allow, deny]) expect((await attempt(team.request, code)).status).toBe(429)
    const other = await api.newTeam()
    for (let tried = 0; tried < 30; tried++) expect((await look(other.request, code)).status).toBe(200)
  })

  it('is deleted when it has expired', async () => {
    const team = await api.newTeam()
    const { code } = await ask()
    await api.deps.store.deleteExpired(clock.now + 10 * minute - 1)
    expect((await look(team.request, code)).status).toBe(200)
    await api.deps.store.deleteExpired(clock.now + 10 * minute)
    expect((await look(team.request, code)).status).toBe(404)
  })

  it.each([
    ['an empty device', { device: ' ' }],
    ['a device of two lines', { device: 'a\nb' }],
    ['a long device', { device: 'a'.repeat(81) }],
    ['no challenge', { challenge: undefined }],
    ['a challenge that is not a SHA-256', { challenge: 'x'.repeat(64) }],
  ])('is refused with %s', async (_what, changes) => {
    const body = { device: 'ada@laptop', challenge: '0'.repeat(64), ...changes }
    expect((await api.request('POST', '/v1/cli-logins', body)).status).toBe(400)
  })

  it('causes no unexpected error', () => {
    expect(api.log.errors).toEqual([])
  })
})
