import { describe, expect, inject, it } from 'vitest'
import { openTestApp } from '#server/testing/app/test-app.ts'
import type { Failure } from '#shared/failure.ts'
import type { Page } from '#shared/page.ts'
import type { TeamOverview } from '#shared/people/team.ts'

const limits = { secrets: 3, scopes: 2, keys: 2, members: 2, invites: 2 }
const apps = {
  SQLite: await openTestApp({ limits }),
  PostgreSQL: await openTestApp({ limits, location: { kind: 'postgres', url: inject('postgres') } }),
}

describe.each(Object.entries(apps))('a team on %s', (_label, api) => {
  it('has no more secrets than the limit, in all its scopes together, and can still change them', async () => {
    const team = await api.newTeam()
    const [project, own] = [await team.scope('project'), await team.scope('team')]
    const set = async (secrets: string, name: string, value = 'x') =>
      team.request<Failure>('PUT', `${secrets}/${name}`, { value })
    for (const name of ['A', 'B']) expect((await set(project.secrets, name)).status).toBe(201)
    expect((await set(own.secrets, 'C')).status).toBe(201)
    const { status, json } = await set(own.secrets, 'D')
    expect([status, json.code]).toEqual([409, 'CONFLICT'])
    expect(json.message).toBe(
      'The team has 3 secrets, the most that this server allows (TEAM_SECRETS). Delete some, or ask who runs the server.',
    )
    expect((await set(own.secrets, 'C', 'y')).status).toBe(200)
    await team.request('DELETE', `${own.secrets}/C`)
    expect((await set(own.secrets, 'D')).status).toBe(201)
    const trash = own.secrets.replace(/secrets$/, 'trash')
    const { json: list } = await team.request<Page<{ id: string }>>('GET', trash)
    const restore = `${trash}/${list.items[0]?.id}/restoration`
    expect((await team.request<Failure>('POST', restore)).json.message).toContain('TEAM_SECRETS')
    const other = await api.newTeam()
    expect((await other.request('PUT', `${(await other.scope('team')).secrets}/A`, { value: 'x' })).status).toBe(201)
  })

  it.each([
    ['projects and clusters', '/v1/projects', (count: number) => ({ name: `web ${count}` })],
    ['API keys', '/v1/api-keys', (count: number) => ({ name: `key ${count}` })],
    ['open invites', '/v1/invites', () => ({ role: 'viewer' })],
  ])('has no more %s than the limit', async (named, path, body) => {
    const team = await api.newTeam()
    const answers = []
    for (let count = 0; count < 3; count++) answers.push(await team.request<Failure>('POST', path, body(count)))
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 409])
    expect(answers[2]?.json.message).toContain(`The team has 2 ${named}`)
  })

  it('tells its people of a limit from nine tenths on, and not before', async () => {
    const team = await api.newTeam()
    const near = async () =>
      (await team.request<TeamOverview>('GET', `/v1/teams/${team.id}`)).json.nearLimits.map(({ named }) => named)
    expect(await near()).toEqual([])
    const { secrets } = await team.scope('project')
    for (const name of ['A', 'B']) await team.request('PUT', `${secrets}/${name}`, { value: 'x' })
    expect(await near()).toEqual([])
    await team.request('PUT', `${secrets}/C`, { value: 'x' })
    expect(await near()).toEqual(['secrets'])
    await team.join('member')
    expect(await near()).toEqual(['secrets', 'members'])
  })
})
