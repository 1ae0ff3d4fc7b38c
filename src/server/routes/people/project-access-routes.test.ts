import { describe, expect, it } from 'vitest'
import type { SendRequest } from '#server/testing/app/send-request.ts'
import { openTestApp } from '#server/testing/app/test-app.ts'
import type { Page } from '#shared/page.ts'
import type { ProjectAccess } from '#shared/people/member.ts'
import type { Project } from '#shared/scope.ts'

const api = await openTestApp()

/** A team with an open project and one for chosen people, only `inside`; all scopes set SAMPLE. */
const closedProject = async (role: 'member' | 'viewer') => {
  const team = await api.newTeam()
  const [hidden, open] = [await team.scope('project', 'hidden'), await team.scope('project', 'open')]
  const scopes = { team: await team.scope('team'), cluster: await team.scope('cluster') }
  for (const { secrets } of [hidden, open, ...Object.values(scopes)]) {
    await team.request('PUT', `${secrets}/SAMPLE`, { value: 'x' })
  }
  const [inside, outside] = [await team.join(role), await team.join(role)]
  const access = `/v1/projects/${hidden.id}/access`
  const choose = (people: string[], to = 'chosen') => team.request('PUT', access, { access: to, people })
  await choose([inside.id])
  const sees = async ({ request }: { request: SendRequest }) =>
    (await request('GET', `/v1/projects/${hidden.id}`)).status === 200
  return { team, hidden, open, scopes, inside, outside, access, choose, sees }
}

describe.each(['member', 'viewer'] as const)('a project for chosen people, to a %s', (role) => {
  it('who is not chosen does not exist: in no list, search, page, lookup, list of secrets or overlap', async () => {
    const { hidden, open, scopes, outside, access } = await closedProject(role)
    const { request } = outside
    for (const query of ['', '?limit=1', '?q=', '?orderBy=dtCreated&order=desc']) {
      const { json } = await request<Page<Project>>('GET', `/v1/projects${query}`)
      expect(json).toMatchObject({ total: 1, nextPage: null, items: [{ id: open.id }] })
    }
    expect((await request('GET', '/v1/projects?q=hidden')).json).toMatchObject({ total: 0, items: [] })
    for (const path of [`/v1/projects/${hidden.id}`, hidden.secrets, `${hidden.secrets}/SAMPLE`, access]) {
      const [theirs, nobodys] = [await request('GET', path), await request('GET', path.replace(hidden.id, 'pr0'))]
      expect([path, theirs.status, theirs.text]).toEqual([path, 404, nobodys.text])
    }
    expect((await request('GET', `/projects/secrets?projectId=${hidden.id}`)).status).toBe(404)
    expect((await request('GET', '/projects/')).text).not.toContain(hidden.id)
    for (const { secrets } of Object.values(scopes)) {
      for (const path of [`${secrets}?include=overlaps`, `${secrets}/SAMPLE?include=overlaps`]) {
        const { text } = await request('GET', path)
        expect(text).toContain(open.id)
        expect(text).not.toContain(hidden.id)
        expect(text).not.toContain('"count":2')
      }
    }
  })

  it('who is chosen is like any other', async () => {
    const { hidden, inside, sees, scopes } = await closedProject(role)
    expect(await sees(inside)).toBe(true)
    expect((await inside.request('GET', '/v1/projects')).json).toMatchObject({ total: 2 })
    expect((await inside.request('GET', `${scopes.team.secrets}/SAMPLE?include=overlaps`)).text).toContain(hidden.id)
  })

  it('becomes visible when all may see it', async () => {
    const { outside, choose, sees } = await closedProject(role)
    expect(await sees(outside)).toBe(false)
    expect((await choose([], 'all')).json).toEqual({ access: 'all', people: [] })
    expect(await sees(outside)).toBe(true)
  })

  it('is invisible to a chosen person who left the team and came back', async () => {
    const { team, inside, access, sees } = await closedProject(role)
    await inside.request('DELETE', `/v1/members/${inside.id}`)
    expect((await team.request<ProjectAccess>('GET', access)).json.people).toEqual([])
    const { token } = (await team.request<{ token: string }>('POST', '/v1/invites', { role })).json
    await inside.request('POST', '/v1/invitation/acceptance', { token })
    expect(await sees(inside)).toBe(false)
  })
})

describe('a project for chosen people', () => {
  it('refuses writes and keys of a member who is not chosen', async () => {
    const { team, hidden, inside, outside } = await closedProject('member')
    const put = ({ request }: { request: SendRequest }) => request('PUT', `${hidden.secrets}/NEW`, { value: 'x' })
    expect((await put(outside)).status).toBe(404)
    expect((await put(await team.key({}, outside))).status).toBe(404)
    expect((await put(await team.key({ projectId: hidden.id }, outside))).status).toBe(404)
    expect((await put(await team.key({ projectId: hidden.id }, inside))).status).toBe(201)
  })

  it.each(['owner', 'admin'] as const)('is visible to every %s', async (role) => {
    const { team, sees } = await closedProject('member')
    expect(await sees(await team.join(role))).toBe(true)
  })

  it('has only people of the team, each once', async () => {
    const { team, inside, choose, access } = await closedProject('member')
    const before = (await team.request('GET', access)).text
    for (const stranger of ['us0', '', (await api.newTeam()).owner.id]) {
      expect((await choose([inside.id, stranger])).status).toBe(400)
    }
    expect((await team.request('GET', access)).text).toBe(before)
    expect((await choose([inside.id, inside.id])).json).toMatchObject({ people: [{ id: inside.id }] })
  })

  it.each([{}, { access: 'some' }, { access: 'all', people: 'x' }, { access: 'chosen', people: [7] }])(
    'is not made of %j',
    async (body) => {
      const { team, access } = await closedProject('member')
      expect((await team.request('PUT', access, body)).status).toBe(400)
    },
  )

  it('is not a cluster', async () => {
    const { team, scopes } = await closedProject('member')
    const path = `/v1/projects/${scopes.cluster.id}/access`
    expect((await team.request('PUT', path, { access: 'all' })).status).toBe(404)
  })
})
