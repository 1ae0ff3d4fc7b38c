import { describe, expect, inject, it } from 'vitest'
import { confirmedHeader } from '#server/testing/app/identity-by-header.ts'
import { openTestApp, type TestTeam } from '#server/testing/app/test-app.ts'
import { sessionCookie, startTestServer } from '#server/testing/processes/test-server.ts'
import type { AuditRecord } from '#shared/audit/audit-record.ts'
import type { Failure } from '#shared/failure.ts'
import type { Page } from '#shared/page.ts'
import type { Member } from '#shared/people/member.ts'
import { notAllowed } from '#shared/people/role.ts'
import type { Session } from '#shared/people/session.ts'

const apps = {
  SQLite: await openTestApp(),
  PostgreSQL: await openTestApp({ location: { kind: 'postgres', url: inject('postgres') } }),
}
const api = apps.SQLite
const one = (id: string) => `/v1/members/${id}`
const longAgo = { [confirmedHeader]: `${10 * 60_000 + 1}` }

describe.each(Object.entries(apps))('concurrent changes of roles on %s', (_label, api) => {
  const ownersOf = async ({ id }: TestTeam) =>
    (await api.deps.store.listMembers(id, {})).items.filter(({ role }) => role === 'owner').length

  it('keep one of two owners who demote each other', async () => {
    for (let round = 0; round < 5; round++) {
      const team = await api.newTeam()
      const other = await team.join('owner')
      const answers = await Promise.all([
        team.request('PATCH', one(other.id), { role: 'member' }),
        other.request('PATCH', one(team.owner.id), { role: 'member' }),
      ])
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 403])
      expect(await ownersOf(team)).toBe(1)
    }
  })

  it('keep an owner when many leave or step down', async () => {
    const team = await api.newTeam()
    const owners = [{ ...team.owner, request: team.request }]
    for (let count = 0; count < 7; count++) owners.push(await team.join('owner'))
    const answers = await Promise.all(
      owners.map(({ id, request }, index) =>
        index % 2 ? request('DELETE', one(id)) : request('PATCH', one(id), { role: 'viewer' }),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(7).fill(200), 409])
    expect(await ownersOf(team)).toBe(1)
  })

  it('keep no invite of an admin who is demoted meanwhile', async () => {
    const team = await api.newTeam()
    const admin = await team.join('admin')
    await Promise.all([
      ...Array.from({ length: 10 }, () => admin.request('POST', '/v1/invites', { role: 'admin' })),
      team.request('PATCH', one(admin.id), { role: 'viewer' }),
    ])
    expect((await team.request('GET', '/v1/invites')).json).toMatchObject({ total: 0 })
  })
})

describe('a role', () => {
  it('changes for the next request, and is recorded', async () => {
    const team = await api.newTeam()
    const person = await team.join('viewer', 'Lin')
    expect((await person.request('POST', '/v1/projects', { name: 'a' })).status).toBe(403)
    expect((await team.request<Member>('PATCH', one(person.id), { role: 'admin' })).json.role).toBe('admin')
    expect((await person.request('POST', '/v1/projects', { name: 'a' })).status).toBe(201)
    const { json } = await team.request<Page<AuditRecord>>('GET', '/v1/audit?action=member.role')
    expect(json.items).toMatchObject([{ name: 'Lin', detail: 'viewer → admin', by: { id: team.owner.id } }])
  })

  it('of an owner, or to owner, is changed only by owners; the attempt of an admin is recorded', async () => {
    const team = await api.newTeam()
    const [admin, member] = [await team.join('admin'), await team.join('member')]
    for (const [method, id, role] of [
      ['PATCH', member.id, 'owner'],
      ['PATCH', admin.id, 'owner'],
      ['PATCH', team.owner.id, 'member'],
      ['DELETE', team.owner.id, undefined],
    ] as const) {
      const { status, json } = await admin.request<Failure>(method, one(id), role && { role })
      expect([status, json.message]).toEqual([403, notAllowed('manageOwners').message])
    }
    const { json } = await team.request<Page<AuditRecord>>('GET', '/v1/audit?action=request.refused')
    expect(json.total).toBe(4)
  })

  it('of the last owner cannot change, and they cannot leave', async () => {
    const team = await api.newTeam()
    const asked = [
      await team.request('PATCH', one(team.owner.id), { role: 'admin' }),
      await team.request('DELETE', one(team.owner.id)),
    ]
    expect(asked.map(({ status }) => status)).toEqual([409, 409])
    expect(await api.deps.store.member(team.id, team.owner.id)).toMatchObject({ role: 'owner' })
  })

  it.each([{}, { role: 'root' }, { role: '' }, { role: null }, { role: ['owner'] }])(
    'is refused for %j',
    async (body) => {
      const team = await api.newTeam()
      const { id } = await team.join('viewer')
      expect((await team.request('PATCH', one(id), body)).status).toBe(400)
    },
  )

  it('changes only after a recent confirmation of the password', async () => {
    const team = await api.newTeam()
    const { id } = await team.join('viewer')
    const { status, json } = await team.request<Failure>('PATCH', one(id), { role: 'admin' }, longAgo)
    expect([status, json.issues?.[0]?.path]).toEqual([403, ['confirmation']])
    expect(await api.deps.store.member(team.id, id)).toMatchObject({ role: 'viewer' })
    const justInTime = { [confirmedHeader]: `${9 * 60_000}` }
    expect((await team.request('PATCH', one(id), { role: 'admin' }, justInTime)).status).toBe(200)
  })
})

describe('deleting scopes and making keys', () => {
  it('needs a recent confirmation of the password, but not from a key', async () => {
    const team = await api.newTeam()
    const { request: byKey } = await team.key()
    for (const kind of ['project', 'cluster'] as const) {
      const path = `/v1/${kind}s/${(await team.scope(kind)).id}`
      expect((await team.request('DELETE', path, undefined, longAgo)).text).toContain('"confirmation"')
      expect((await byKey('DELETE', path)).status).toBe(200)
    }
    const { id } = await team.scope('project')
    expect((await team.request('POST', `/projects/${id}/deleteProject`, undefined, longAgo)).text).toContain(
      '"confirmation"',
    )
    expect((await team.request('POST', '/v1/api-keys', { name: 'a' }, longAgo)).text).toContain('"confirmation"')
    expect((await byKey('POST', '/v1/api-keys', { name: 'a' })).status).toBe(201)
  })
})

describe('a person who is removed or leaves', () => {
  it('has no access at the next request, by session or key, and gets no old key back by a new invite', async () => {
    const team = await api.newTeam()
    const person = await team.join('member')
    const key = await team.key({}, person)
    expect((await key.request('GET', '/v1/projects')).status).toBe(200)
    expect((await team.request('DELETE', one(person.id))).status).toBe(200)
    expect((await key.request('GET', '/v1/projects')).status).toBe(401)
    expect((await person.request('GET', '/v1/projects')).status).toBe(403)
    expect((await person.request<Session>('GET', '/v1/session')).json).toMatchObject({ team: null, teams: [] })
    const { token } = (await team.request<{ token: string }>('POST', '/v1/invites', { role: 'member' })).json
    expect((await person.request('POST', '/v1/invitation/acceptance', { token })).status).toBe(200)
    expect((await person.request('GET', '/v1/projects')).status).toBe(200)
    expect((await key.request('GET', '/v1/projects')).status).toBe(401)
  })

  it.each(['admin', 'member', 'viewer'] as const)('may be a %s who leaves', async (role) => {
    const team = await api.newTeam()
    const person = await team.join(role)
    expect((await person.request('DELETE', one(person.id))).status).toBe(200)
    const { json } = await team.request<Page<AuditRecord>>('GET', '/v1/audit?action=member.leave')
    expect(json.items).toMatchObject([{ by: { id: person.id }, detail: role }])
  })

  it('keeps their roles in other teams', async () => {
    const [team, other] = [await api.newTeam('A'), await api.newTeam('B')]
    const person = await team.join('viewer')
    const { token } = (await other.request<{ token: string }>('POST', '/v1/invites', { role: 'admin' })).json
    await person.request('POST', '/v1/invitation/acceptance', { token })
    const create = ({ id }: TestTeam) => person.request('POST', '/v1/projects', { name: 'p' }, { 'gradient-team': id })
    expect([(await create(team)).status, (await create(other)).status]).toEqual([403, 201])
    await team.request('DELETE', one(person.id))
    expect([(await create(team)).status, (await create(other)).status]).toEqual([404, 201])
  })

  it('is 404 the second time', async () => {
    const team = await api.newTeam()
    const { id } = await team.join('viewer')
    const answers = await Promise.all([1, 2, 3].map(() => team.request('DELETE', one(id))))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404])
  })

  it('loses their session, and may sign in again without a team', async () => {
    const server = await startTestServer()
    const owner = sessionCookie(await server.setUp())
    const { token } = (await server.request<{ token: string }>('POST', '/v1/invites', { role: 'member' }, owner)).json
    const account = { name: 'Lin', email: 'Lin@Example.com', password: 'another long password' }
    const joined = await server.request<Session>('POST', '/v1/invitation/acceptance', { token, account })
    expect(joined.json).toMatchObject({ team: { role: 'member' } })
    const lin = sessionCookie(joined)
    expect((await server.request('GET', '/v1/projects', undefined, lin)).status).toBe(200)
    await server.request('DELETE', one(joined.json.user.id), undefined, owner)
    expect((await server.request('GET', '/v1/projects', undefined, lin)).status).toBe(401)
    const again = await server.signIn({ email: 'lin@example.com', password: account.password })
    expect([again.status, again.json]).toMatchObject([200, { team: null, teams: [] }])
    const made = await server.request<{ token: string }>('POST', '/v1/invites', { role: 'viewer' }, owner)
    const taken = await server.request<Session>(
      'POST',
      '/v1/invitation/acceptance',
      { token: made.json.token },
      sessionCookie(again),
    )
    expect([taken.status, taken.json]).toMatchObject([200, { team: { role: 'viewer' } }])
  })
})
