import { describe, expect, it } from 'vitest'
import { confirmedHeader } from '#server/testing/app/identity-by-header.ts'
import type { SendRequest } from '#server/testing/app/send-request.ts'
import { openTestApp } from '#server/testing/app/test-app.ts'
import type { AuditRecord } from '#shared/audit/audit-record.ts'
import type { Failure } from '#shared/failure.ts'
import type { Page } from '#shared/page.ts'
import type { MadeReset } from '#shared/people/member.ts'
import { type Role, roles } from '#shared/people/role.ts'

let time = Date.now()
const api = await openTestApp({ now: () => time })
const password = 'another long password'

const resetPath = (id: string) => `/v1/members/${id}/password-reset`
const make = (by: { request: SendRequest }, id: string, headers?: Record<string, string>) =>
  by.request<MadeReset & Failure>('POST', resetPath(id), undefined, headers)
const look = async (token: string) => (await api.request('POST', '/v1/password-reset', { token })).status
const use = async (token: string) => (await api.request('POST', '/v1/password-reset/use', { token, password })).status
const trail = async (team: { request: SendRequest }, action: string) =>
  (await team.request<Page<AuditRecord>>('GET', `/v1/audit?action=${action}`)).json.items

/** Invites an existing person into another team. */
const bring = async (to: { request: SendRequest }, person: { request: SendRequest }, role: Role) => {
  const { token } = (await to.request<{ token: string }>('POST', '/v1/invites', { role })).json
  expect((await person.request('POST', '/v1/invitation/acceptance', { token })).status).toBe(200)
}

describe('a link for a new password', () => {
  it('is made by owners and admins for roles below theirs only', async () => {
    const team = await api.newTeam()
    const allowed: string[] = []
    for (const role of roles) {
      const by = await team.join(role)
      for (const other of roles) {
        const { status } = await make(by, (await team.join(other)).id)
        expect([201, 403]).toContain(status)
        if (status === 201) allowed.push(`${role} for ${other}`)
      }
      expect((await make(by, by.id)).status).toBe(403)
    }
    expect(allowed).toEqual([
      'owner for admin',
      'owner for member',
      'owner for viewer',
      'admin for member',
      'admin for viewer',
    ])
  })

  it('is refused when the person does not rank below in another team, or has one that the maker is not in', async () => {
    const [team, other] = [await api.newTeam('A'), await api.newTeam('B')]
    const [maker, person] = [await team.join('owner'), await team.join('viewer')]
    await bring(other, person, 'viewer')
    const refused = await make(maker, person.id)
    expect([refused.status, refused.json.message]).toEqual([403, expect.stringContaining('npm run admin')])
    // A member sees less than a viewer, who reads the trail: only owners and admins make links.
    await bring(other, maker, 'member')
    expect((await make(maker, person.id)).status).toBe(403)
    await other.request('PATCH', `/v1/members/${maker.id}`, { role: 'admin' })
    expect((await make(maker, person.id)).status).toBe(201)
    await other.request('PATCH', `/v1/members/${person.id}`, { role: 'admin' })
    expect((await make(maker, person.id)).status).toBe(403)
    expect((await trail(team, 'request.refused')).map(({ detail }) => detail)).toContain(
      'POST /v1/members/:id/password-reset',
    )
  })

  it('needs a fresh confirmation, and a person of this team', async () => {
    const [team, other] = [await api.newTeam(), await api.newTeam()]
    const person = await team.join('viewer')
    const stale = await make(team, person.id, { [confirmedHeader]: `${11 * 60_000}` })
    expect([stale.status, stale.text.includes('"confirmation"')]).toEqual([403, true])
    expect((await make(other, person.id)).status).toBe(404)
  })

  it('works once, within 30 minutes, and a newer one replaces it', async () => {
    const team = await api.newTeam()
    const person = await team.join('member')
    const first = (await make(team, person.id)).json.token
    const second = (await make(team, person.id)).json.token
    expect([await look(first), await use(first), await look(second)]).toEqual([404, 404, 200])
    expect((await Promise.all([use(second), use(second), use(second)])).sort()).toEqual([204, 404, 404])
    const third = (await make(team, person.id)).json.token
    time += 30 * 60_000
    expect([await look(third), await use(third)]).toEqual([404, 404])
  })

  it('refuses a common password and one about the person, and stays of use', async () => {
    const team = await api.newTeam('Lighthouse Works')
    const person = await team.join('member', 'Lin Chenoweth')
    const { token } = (await make(team, person.id)).json
    for (const weak of ['password123', 'chenoweth1', 'lighthouse1']) {
      const refused = await api.request<Failure>('POST', '/v1/password-reset/use', { token, password: weak })
      expect([weak, refused.status, refused.json.issues?.[0]?.path]).toEqual([weak, 400, ['password']])
    }
    expect(await use(token)).toBe(204)
  })

  it('is of no use after a change of roles with which it could not be made', async () => {
    const team = await api.newTeam()
    const [admin, person] = [await team.join('admin'), await team.join('member')]
    for (const change of [
      () => team.request('PATCH', `/v1/members/${person.id}`, { role: 'admin' }),
      () => team.request('PATCH', `/v1/members/${admin.id}`, { role: 'member' }),
      () => team.request('DELETE', `/v1/members/${admin.id}`),
    ]) {
      await team.request('PATCH', `/v1/members/${person.id}`, { role: 'viewer' })
      await team.request('PATCH', `/v1/members/${admin.id}`, { role: 'admin' })
      const { status, json } = await make(admin, person.id)
      expect(status).toBe(201)
      expect((await change()).status).toBe(200)
      expect(await use(json.token)).toBe(404)
    }
  })

  it('is on record in every team of the person, made and used, without its token', async () => {
    const [team, other] = [await api.newTeam('A'), await api.newTeam('B')]
    const [maker, person] = [await team.join('owner', 'Grace'), await team.join('viewer', 'Lin')]
    await bring(other, maker, 'owner')
    await bring(other, person, 'viewer')
    const { token } = (await make(maker, person.id)).json
    expect(await use(token)).toBe(204)
    for (const each of [team, other]) {
      const [made] = await trail(each, 'reset.create')
      const [used] = await trail(each, 'reset.use')
      expect(made).toMatchObject({ by: { name: 'Grace' }, name: 'Lin' })
      expect(used).toMatchObject({ by: { name: 'Lin' }, name: 'Lin' })
      expect(JSON.stringify([made, used])).not.toContain(token)
    }
  })
})

describe('the deletion of an account', () => {
  const leave = (person: { request: SendRequest; email: string }, email = person.email) =>
    person.request<Failure>('POST', '/v1/account/deletion', { email })

  it('needs the email typed, and a fresh confirmation', async () => {
    const team = await api.newTeam()
    const person = await team.join('member')
    expect((await leave(person, 'nobody@example.com')).status).toBe(400)
    const stale = await person.request(
      'POST',
      '/v1/account/deletion',
      { email: person.email },
      { [confirmedHeader]: `${11 * 60_000}` },
    )
    expect([stale.status, stale.text.includes('"confirmation"')]).toEqual([403, true])
    expect((await leave(person, person.email.toUpperCase())).status).toBe(204)
  })

  it('is refused for the last owner of teams, which it names', async () => {
    const [team, other] = [await api.newTeam('Alpha'), await api.newTeam('Beta')]
    const owner = { ...team.owner, request: team.request }
    await bring(other, owner, 'viewer')
    const refused = await leave(owner)
    expect([refused.status, refused.json.message]).toEqual([409, expect.stringContaining('“Alpha”')])
    expect(refused.json.message).not.toContain('Beta')
    await team.join('owner')
    expect((await leave(owner)).status).toBe(204)
  })

  it('ends memberships, keys and links, keeps the name in lists and records, and frees the email', async () => {
    const team = await api.newTeam()
    const person = await team.join('admin', 'Lin')
    const key = await team.key({}, person)
    const { token: link } = (await make(team, person.id)).json
    const { token: invite } = (await person.request<{ token: string }>('POST', '/v1/invites', { role: 'viewer' })).json
    const { secrets } = await team.scope('team')
    await person.request('PUT', `${secrets}/SAMPLE`, { value: 'x' })
    expect((await leave(person)).status).toBe(204)
    expect((await key.request('GET', '/v1/projects')).status).toBe(401)
    expect(await look(link)).toBe(404)
    const account = { name: 'Lin again', email: person.email, password }
    const accept = (token: string) => api.request('POST', '/v1/invitation/acceptance', { token, account })
    expect((await accept(invite)).status).toBe(404)
    expect((await team.request('GET', '/v1/members')).text).not.toContain(person.email)
    expect((await team.request('GET', `${secrets}/SAMPLE`)).text).toContain('"Lin"')
    expect(await trail(team, 'account.delete')).toMatchObject([{ by: { id: person.id, name: 'Lin' }, name: 'Lin' }])
    const digest = `${person.id} again`
    const inviteId = `in${person.id}`
    const by = { by: team.owner, at: time }
    await api.deps.store.createInvite(team.id, { id: inviteId, role: 'viewer', digest, expiresAt: time + 1000 }, by)
    const again = { id: `${person.id}x`, name: 'Lin', email: person.email, passwordHash: 'no hash' }
    await api.deps.store.acceptInvite(digest, again, { at: time })
  })
})
