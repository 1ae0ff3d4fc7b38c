import { describe, expect, inject, it } from 'vitest'
import type { SendRequest } from '#server/testing/app/send-request.ts'
import { openTestApp, type TestApp } from '#server/testing/app/test-app.ts'
import type { AuditRecord } from '#shared/audit/audit-record.ts'
import type { Failure } from '#shared/failure.ts'
import type { Page } from '#shared/page.ts'
import type { Invite, MadeInvite } from '#shared/people/member.ts'
import { type Role, roles } from '#shared/people/role.ts'

let skipped = 0
const now = () => Date.now() + skipped
const apps = {
  SQLite: await openTestApp({ now }),
  PostgreSQL: await openTestApp({ now, location: { kind: 'postgres', url: inject('postgres') } }),
}
const api = apps.SQLite
const day = 24 * 60 * 60_000
const invites = '/v1/invites'
const accept = (ask: SendRequest, token: string) => ask<Failure>('POST', '/v1/invitation/acceptance', { token })
const invited = async (ask: SendRequest, role: Role = 'member') =>
  (await ask<MadeInvite>('POST', invites, { role })).json
const isGood = async (token: string) => (await api.request('POST', '/v1/invitation', { token })).status === 200
/** A person with an account and their own team. */
const stranger = (of: TestApp = api) => of.newTeam()

describe.each(Object.entries(apps))('an invite that is used concurrently on %s', (_label, api) => {
  it('admits one of twenty people', async () => {
    const team = await api.newTeam()
    const { token } = await invited(team.request)
    const people = await Promise.all(Array.from({ length: 20 }, () => stranger(api)))
    const answers = await Promise.all(people.map(({ request }) => accept(request, token)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(19).fill(404)])
    expect((await team.request('GET', '/v1/members')).json).toMatchObject({ total: 2 })
  })

  it('is used once by one person with two of them', async () => {
    const team = await api.newTeam()
    const [one, two] = [await invited(team.request, 'member'), await invited(team.request, 'admin')]
    const person = await stranger(api)
    const answers = await Promise.all([one, two].map(({ token }) => accept(person.request, token)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    expect((await team.request('GET', invites)).json).toMatchObject({ total: 1 })
  })
})

describe('an invite', () => {
  it('has a fixed role, expires in 7 days, and shows its token once', async () => {
    for (const role of roles) {
      const team = await api.newTeam()
      const { token, ...known } = await invited(team.request, role)
      expect(Date.parse(known.expiresAt) - Date.parse(known.dtCreated)).toBe(7 * day)
      const list = await team.request<Page<Invite>>('GET', invites)
      expect(list.json.items).toEqual([known])
      const person = await stranger()
      await person.request('POST', '/v1/invitation/acceptance', { token, role: 'owner' })
      expect(await api.deps.store.member(team.id, person.owner.id)).toMatchObject({ role })
      const trail = await team.request<Page<AuditRecord>>('GET', '/v1/audit')
      expect(trail.text).toContain(known.id)
      expect(list.text + trail.text).not.toContain(token)
    }
  })

  it('works once', async () => {
    const team = await api.newTeam()
    const { token } = await invited(team.request)
    expect((await accept((await stranger()).request, token)).status).toBe(200)
    expect((await accept((await stranger()).request, token)).status).toBe(404)
    expect(await isGood(token)).toBe(false)
  })

  it('is not used up by a member, whose role does not change', async () => {
    const team = await api.newTeam()
    const member = await team.join('viewer')
    const { token } = await invited(team.request, 'admin')
    expect((await accept(member.request, token)).status).toBe(409)
    expect(await api.deps.store.member(team.id, member.id)).toMatchObject({ role: 'viewer' })
    expect(await isGood(token)).toBe(true)
  })

  it('is not found after 7 days', async () => {
    const team = await api.newTeam()
    const { token } = await invited(team.request)
    const person = await stranger()
    skipped += 7 * day + 1000
    expect([await isGood(token), (await accept(person.request, token)).status]).toEqual([false, 404])
  })

  it('is not found after it was withdrawn', async () => {
    const team = await api.newTeam()
    const { id, token } = await invited(team.request)
    expect((await team.request('DELETE', `${invites}/${id}`)).status).toBe(200)
    expect((await accept((await stranger()).request, token)).status).toBe(404)
    expect((await team.request('DELETE', `${invites}/${id}`)).status).toBe(404)
  })

  it.each(['member', 'viewer', undefined] as const)('is not found when its maker has become %s', async (role) => {
    const team = await api.newTeam()
    const admin = await team.join('admin')
    const { token } = await invited(admin.request, 'admin')
    await team.request(role ? 'PATCH' : 'DELETE', `/v1/members/${admin.id}`, role && { role })
    expect(await isGood(token)).toBe(false)
  })

  it('for an owner is not found when its maker is no owner any more; their other invites stay', async () => {
    const team = await api.newTeam()
    const owner = await team.join('owner')
    const [high, low] = [await invited(owner.request, 'owner'), await invited(owner.request, 'admin')]
    await team.request('PATCH', `/v1/members/${owner.id}`, { role: 'admin' })
    expect([await isGood(high.token), await isGood(low.token)]).toEqual([false, true])
  })

  it('for an owner is refused to admins, and the attempt is recorded', async () => {
    const team = await api.newTeam()
    const admin = await team.join('admin')
    expect((await admin.request('POST', invites, { role: 'owner' })).status).toBe(403)
    expect((await team.request('GET', '/v1/audit?action=request.refused')).json).toMatchObject({ total: 1 })
    expect((await team.request('GET', invites)).json).toMatchObject({ total: 0 })
  })

  it('is not accepted with the email of an existing account', async () => {
    const team = await api.newTeam()
    const { token } = await invited(team.request)
    const account = { name: 'Eve', email: team.owner.email.toUpperCase(), password: 'a long enough password' }
    const { status, json } = await api.request<Failure>('POST', '/v1/invitation/acceptance', { token, account })
    expect([status, json.issues?.[0]?.path]).toEqual([409, ['account', 'email']])
    expect(await isGood(token)).toBe(true)
  })

  it('is 401 without a session and without a new account, and stays valid', async () => {
    const { token } = await invited((await api.newTeam()).request)
    expect((await accept(api.request, token)).status).toBe(401)
    expect(await isGood(token)).toBe(true)
  })

  it.each([{}, { role: 'root' }, { role: null }])('is not created from %j', async (body) => {
    expect((await (await api.newTeam()).request('POST', invites, body)).status).toBe(400)
  })

  it.each([{}, { token: '' }, { token: 7 }, { token: 'x'.repeat(201) }])('is not accepted with %j', async (body) => {
    for (const path of ['/v1/invitation', '/v1/invitation/acceptance']) {
      expect((await api.request('POST', path, body)).status).toBe(400)
    }
  })
})
