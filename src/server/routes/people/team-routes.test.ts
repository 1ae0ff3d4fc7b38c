import { describe, expect, it } from 'vitest'
import { openTestApp } from '#server/testing/app/test-app.ts'
import type { Failure } from '#shared/failure.ts'
import type { Page } from '#shared/page.ts'
import type { Session, Team } from '#shared/people/session.ts'
import type { TeamDetails } from '#shared/people/team.ts'
import type { DeletedScope, DeletedTeam } from '#shared/trash.ts'

const api = await openTestApp()

describe('a second team', () => {
  it('is made by an owner, who owns it, with its own address and its own secrets', async () => {
    const { id, request } = await api.newTeam()
    const { status, json } = await request<Team>('POST', '/v1/teams', { name: 'Second Team' })
    expect(status).toBe(201)
    expect(json).toEqual({ id: json.id, namespace: 'second-team', name: 'Second Team', role: 'owner' })
    const session = await request<Session>('GET', '/v1/session', undefined, { 'gradient-team': 'second-team' })
    expect([session.json.team, session.json.teams.length]).toEqual([json, 2])
    expect((await request('PUT', `/v1/teams/${json.id}/secrets/A`, { value: 'x' })).status).toBe(201)
    const own = await request<Page<unknown>>('GET', `/v1/teams/${id}/secrets`)
    expect(own.json.total).toBe(0)
  })

  it('is refused to people who own none and to keys, unless anyone may make one', async () => {
    const team = await api.newTeam()
    const admin = await team.join('admin')
    const key = await team.key()
    for (const { request } of [admin, key]) {
      expect((await request('POST', '/v1/teams', { name: 'Mine' })).status).toBe(403)
    }
    const open = await openTestApp({ teamCreation: 'anyone' })
    const viewer = await (await open.newTeam()).join('viewer')
    expect((await viewer.request('POST', '/v1/teams', { name: 'Mine' })).status).toBe(201)
  })
})

describe('the address of a team', () => {
  it('changes, and the old one goes on for the API', async () => {
    const team = await api.newTeam()
    const next = `next-${team.id}`
    const { json } = await team.request<TeamDetails>('PATCH', `/v1/teams/${team.id}`, { namespace: next, name: 'Next' })
    expect(json).toMatchObject({ namespace: next, name: 'Next', secondFactor: 'optional' })
    for (const address of [team.id, team.namespace, next]) {
      expect((await team.request<TeamDetails>('GET', `/v1/teams/${address}`)).json.namespace).toBe(next)
      const header = { 'gradient-team': address }
      const session = await team.request<Session>('GET', '/v1/session', undefined, header)
      expect(session.json.team?.namespace).toBe(next)
      expect((await team.request('GET', `/teams/secrets?teamId=${address}`)).status).toBe(200)
    }
    const stranger = await api.newTeam()
    for (const address of [team.namespace, next])
      expect((await stranger.request('GET', `/v1/teams/${address}`)).status).toBe(404)
  })

  it.each(['vault', 'v1', 'te0123456789', 'Upper', 'a', '-a', 'a--b', 'ä'])('cannot be “%s”', async (namespace) => {
    const team = await api.newTeam()
    const { status, json } = await team.request<Failure>('PATCH', `/v1/teams/${team.id}`, { namespace })
    expect([status, json.issues?.[0]?.path]).toEqual([400, ['namespace']])
  })

  it('cannot be one that another team had', async () => {
    const team = await api.newTeam()
    const old = team.namespace
    await team.request('PATCH', `/v1/teams/${team.id}`, { namespace: `other-${team.id}` })
    const other = await api.newTeam()
    const { status } = await other.request('PATCH', `/v1/teams/${other.id}`, { namespace: old })
    expect(status).toBe(409)
  })
})

describe('a deleted team', () => {
  it('is gone for everybody, with its keys, until an owner restores it whole', async () => {
    const team = await api.newTeam()
    const [member, key] = [await team.join('member'), await team.key()]
    const project = await team.scope('project', 'web')
    await team.request('PUT', `${project.secrets}/A`, { value: 'x' })
    const before = (await team.request('GET', project.secrets)).text
    expect((await team.request('DELETE', `/v1/teams/${team.id}`)).status).toBe(200)
    for (const { request } of [team, member]) {
      expect((await request<Session>('GET', '/v1/session')).json.teams).toEqual([])
      expect((await request('GET', `/v1/teams/${team.id}`)).status).toBe(403)
    }
    const refused = await key.request<Failure>('GET', '/v1/projects')
    expect([refused.status, refused.json.message]).toEqual([
      401,
      'This API key is of a team that was deleted. Make a new one in the team settings.',
    ])
    expect((await member.request<Page<DeletedTeam>>('GET', '/v1/deleted-teams')).json.items).toEqual([])
    expect((await member.request('POST', `/v1/deleted-teams/${team.id}/restoration`)).status).toBe(404)
    const { json } = await team.request<Page<DeletedTeam>>('GET', '/v1/deleted-teams')
    expect(json.items).toMatchObject([{ id: team.id, projects: 1, secrets: 1, deletedBy: { id: team.owner.id } }])
    expect((await team.request('POST', `/v1/deleted-teams/${team.id}/restoration`)).status).toBe(200)
    expect((await team.request('GET', project.secrets)).text).toBe(before)
    expect((await key.request('GET', '/v1/projects')).status).toBe(200)
    expect((await member.request('GET', '/v1/projects')).status).toBe(200)
  })
})

describe('a deleted project', () => {
  it.each(['/v1/projects/{id}', '/projects/{id}/deleteProject'])(
    'goes to the trash by %s and comes back',
    async (path) => {
      const team = await api.newTeam()
      const project = await team.scope('project', 'web')
      await team.request('PUT', `${project.secrets}/A`, { value: 'x' })
      const key = await team.key({ projectId: project.id })
      const before = (await team.request('GET', project.secrets)).text
      await team.request(path.startsWith('/v1') ? 'DELETE' : 'POST', path.replace('{id}', project.id))
      expect((await team.request('GET', project.secrets)).status).toBe(404)
      expect((await key.request('GET', project.secrets)).status).toBe(401)
      const { json } = await team.request<Page<DeletedScope>>('GET', '/v1/deleted-projects')
      expect(json.items).toMatchObject([{ id: project.id, name: 'web', secrets: 1 }])
      const restore = `/v1/deleted-projects/${project.id}/restoration`
      await team.scope('project', 'web')
      expect((await team.request<Failure>('POST', restore, {})).json.issues?.[0]?.path).toEqual(['name'])
      expect((await team.request('POST', restore, { name: 'web before' })).status).toBe(200)
      expect((await team.request('GET', project.secrets)).text).toBe(before)
      expect((await key.request('GET', project.secrets)).status).toBe(200)
    },
  )
})
