import { describe, expect, it } from 'vitest'
import { openEphemeralSecret } from '#server/services/ephemeral-secrets.ts'
import { fillPath, listOperations } from '#server/testing/app/api-operations.ts'
import { openTestApp } from '#server/testing/app/test-app.ts'
import { encodedForms } from '#server/testing/find-leaks.ts'
import type { Failure } from '#shared/failure.ts'
import { type Permission, roleMay, roles } from '#shared/people/role.ts'
import type { Membership, User } from '#shared/people/session.ts'

const api = await openTestApp()
const operations = await listOperations(api.request, (path) => !path.startsWith('/v1/'))

/** Returns the path of an operation with its query. */
const addressOf = (path: string, { project, cluster }: { project: string; cluster: string }, more = '') => {
  const query = `projectId=${project}&clusterId=${cluster}&id=${cluster}${more}`
  return `${fillPath(path, { id: project, name: 'SAMPLE' })}?${query}`
}

const newTeam = async () => {
  const team = await api.newTeam()
  const [project, cluster] = [await team.scope('project'), await team.scope('cluster')]
  return { ...team, project, cluster, ids: { project: project.id, cluster: cluster.id } }
}

describe('every legacy route', () => {
  it('exists', () => {
    expect(operations.length).toBe(18)
  })

  it('refuses unauthenticated requests', async () => {
    const { ids } = await newTeam()
    for (const { method, path, body } of operations) {
      const { status, json } = await api.request<Failure>(method, addressOf(path, ids), body, { 'x-api-key': '' })
      expect([method, path, status, json.code]).toEqual([method, path, 401, 'UNAUTHORIZED'])
    }
  })

  it('returns nothing of another team, by its IDs or its namespace', async () => {
    const victim = await newTeam()
    const list = `/projects/secrets?projectId=${victim.project.id}`
    await victim.request('PUT', `/projects/secrets/SAMPLE?projectId=${victim.project.id}`, { value: 'x' })
    const before = (await victim.request('GET', list)).text
    const stranger = await api.newTeam()
    for (const { method, path, body } of operations) {
      const { status } = await stranger.request(method, addressOf(path, victim.ids, `&teamId=${victim.id}`), body)
      expect([method, path, status]).toEqual([method, path, 404])
      const named = /\{id\}|projects\/secrets|clusters\/secrets|getCluster$/.test(path)
      if (!named) continue
      expect((await stranger.request(method, addressOf(path, victim.ids), body)).status).toBe(404)
    }
    expect((await victim.request('GET', list)).text).toBe(before)
  })

  it('checks permissions in the team that the address names', async () => {
    let principal: { user: User; teams: Membership[] } | undefined
    const both = await openTestApp({ authenticate: async () => principal })
    const [own, other] = [await both.newTeam(), await both.newTeam()]
    principal = { user: own.owner, teams: [own, { ...other, role: 'viewer' }] }
    const set = (team: string) => both.request('PUT', `/teams/secrets/A?teamId=${team}`, { value: 'x' })
    expect((await set(own.namespace)).status).toBe(200)
    expect((await set(other.namespace)).status).toBe(403)
    expect((await set(other.id)).status).toBe(403)
    expect((await both.request('GET', `/teams/secrets?teamId=${other.id}`)).json).toEqual([])
    expect((await both.request('GET', `/teams/namespace?teamId=${other.id}`)).json).toBe(other.namespace)
  })

  it.each(roles)('allows a %s what the table of roles says', async (role) => {
    const { join, ids } = await newTeam()
    const { request } = await join(role)
    for (const { method, path, body, needs } of operations) {
      const { status } = await request(method, addressOf(path, ids), body)
      expect([method, path, status === 403]).toEqual([method, path, !roleMay(role, needs as Permission)])
    }
  })

  it('allows keys what their access and limits say', async () => {
    const team = await newTeam()
    const other = await team.scope('project', 'other')
    const [plain, run, limited] = [
      await team.key(),
      await team.key({ access: ['run'], projectId: team.project.id }),
      await team.key({ projectId: team.project.id }),
    ]
    const list = (id: string) => `/projects/secrets?projectId=${id}`
    for (const headers of [{ 'x-api-key': plain.key }, { authorization: `Bearer ${plain.key}` }]) {
      expect((await api.request('GET', list(other.id), undefined, headers)).status).toBe(200)
    }
    for (const { method, path, body } of operations) {
      expect((await run.request(method, addressOf(path, team.ids), body)).status).toBe(403)
    }
    expect((await limited.request('GET', list(team.project.id))).status).toBe(200)
    expect((await limited.request('GET', list(other.id))).status).toBe(403)
    expect((await limited.request('POST', '/projects', { name: 'x' })).status).toBe(403)
    expect((await limited.request('POST', `/projects/${team.project.id}/deleteProject`)).status).toBe(403)
    const { json } = await limited.request<{ data: unknown[] }>('GET', '/projects/')
    expect(json.data).toMatchObject([{ handle: team.project.id }])
  })

  it('returns no stored value', async () => {
    const { request, ids } = await newTeam()
    const canary = `canary\n${crypto.randomUUID()}`
    const texts = []
    for (const { method, path } of operations) {
      const body = method === 'PUT' ? { value: canary } : path.includes('ephemeral') ? { SAMPLE: canary } : undefined
      const { text, headers } = await request(
        method,
        addressOf(path, ids),
        body ?? (method === 'POST' ? { name: 'x' } : undefined),
      )
      texts.push(`${text}\n${JSON.stringify([...headers])}`)
    }
    const all = texts.join('\n')
    expect(all).toContain('SAMPLE')
    for (const spelling of encodedForms(canary)) expect(all.includes(spelling)).toBe(false)
  })
})

describe('a legacy list', () => {
  it('returns all names at once', async () => {
    const { request, project } = await newTeam()
    const names = Array.from({ length: 250 }, (_, index) => `N${String(index).padStart(3, '0')}`)
    for (const name of names) await request('PUT', `${project.secrets}/${name}`, { value: 'x' })
    const { json } = await request<{ name: string }[]>('GET', `/projects/secrets?projectId=${project.id}`)
    expect(json.map(({ name }) => name)).toEqual(names)
  })

  it('of projects applies its filter', async () => {
    const team = await api.newTeam()
    for (const name of ['c', 'a', 'b', 'a']) await team.request('POST', '/projects/', { name })
    const list = async (filter: unknown) => {
      const path = `/projects?filter=${encodeURIComponent(JSON.stringify(filter))}`
      const { json } = await team.request<{ data: { name: string }[]; meta: { totalItems: number } }>('GET', path)
      return [json.data.map(({ name }) => name).join(''), json.meta.totalItems]
    }
    expect(await list({})).toEqual(['aabc', 4])
    expect(await list({ order: 'name desc' })).toEqual(['cbaa', 4])
    expect(await list({ order: 'no such order' })).toEqual(['aabc', 4])
    expect(await list({ offset: 1, limit: 2 })).toEqual(['ab', 4])
    expect(await list({ offset: 9 })).toEqual(['', 4])
    expect(await list({ limit: null, offset: null, where: null })).toEqual(['aabc', 4])
    expect(await list({ where: { name: 'a' }, limit: 1 })).toEqual(['a', 2])
    expect(await list({ where: { handle: 'none' } })).toEqual(['', 0])
    expect(await list({ where: { dtDeleted: null, isPrivate: true } })).toEqual(['aabc', 4])
  })

  it('of clusters applies its filter', async () => {
    const { request, cluster } = await newTeam()
    const list = (where: object) =>
      request<{ id: string }[]>('GET', `/clusters/getClusters?filter=${encodeURIComponent(JSON.stringify({ where }))}`)
    expect((await list({ id: cluster.id })).json).toMatchObject([{ id: cluster.id }])
    expect((await list({ name: 'cluster' })).json).toMatchObject([{ id: cluster.id }])
    expect((await list({ name: 'none' })).json).toEqual([])
  })

  it.each([
    'x',
    '',
    '[]',
    '7',
    'null',
    '"a"',
    '{"limit":"a"}',
    '{"limit":-1}',
    '{"offset":-1}',
    '{"offset":1.5}',
    '{"where":[]}',
    '{"where":{"name":{"like":"x"}}}',
    `{"x":"${'x'.repeat(2000)}"}`,
  ])('with the filter %j is refused', async (filter) => {
    const team = await api.newTeam()
    for (const path of ['/projects', '/projects/', '/clusters/getClusters']) {
      const { status, json } = await team.request<Failure>('GET', `${path}?filter=${encodeURIComponent(filter)}`)
      expect([path, status, json.code]).toEqual([path, 400, 'BAD_REQUEST'])
    }
  })
})

describe('a legacy change', () => {
  it('replaces a secret only under the same spelling', async () => {
    const { request } = await newTeam()
    for (const value of ['one', 'two']) {
      expect((await request('PUT', '/teams/secrets/AWS_KEY', { value })).status).toBe(200)
    }
    const { status, json } = await request<Failure>('PUT', '/teams/secrets/aws_key', { value: 'x' })
    expect([status, json.code]).toEqual([409, 'CONFLICT'])
    expect(await request('GET', '/teams/secrets')).toMatchObject({ json: [{ name: 'AWS_KEY' }] })
  })

  it('writes the same secret as under /v1', async () => {
    const { request, cluster } = await newTeam()
    await request('PUT', `/clusters/secrets/A?clusterId=${cluster.id}`, { value: 'x' })
    expect((await request('GET', `${cluster.secrets}/A`)).json).toMatchObject({ name: 'A', version: 1 })
    await request('DELETE', `/clusters/secrets/A?clusterId=${cluster.id}`)
    expect((await request('GET', `${cluster.secrets}/A`)).status).toBe(404)
  })

  it('deletes a project with any body', async () => {
    const { request } = await newTeam()
    for (const [body, type] of [
      [undefined],
      ['{}', 'application/json'],
      ['null', 'application/json'],
      ['x', 'text/plain'],
    ]) {
      const { json } = await request<{ handle: string }>('POST', '/projects', { name: 'x' })
      const path = `/projects/${json.handle}/deleteProject`
      expect((await request('POST', path, body, type ? { 'content-type': type } : {})).status).toBe(200)
    }
  })
})

describe('ephemeral secrets', () => {
  it('open by their IDs, only in their own team', async () => {
    const [team, stranger] = [await api.newTeam(), await api.newTeam()]
    const { status, json } = await team.request<Record<string, string>>('POST', '/secrets/ephemeral', {
      A: '1',
      a: '2\n',
    })
    expect(status).toBe(201)
    expect(Object.keys(json)).toEqual(['A', 'a'])
    expect(await openEphemeralSecret(api.deps, team.id, json.A ?? '', {})).toBe('1')
    expect(await openEphemeralSecret(api.deps, team.id, json.a ?? '', {})).toBe('2\n')
    await expect(openEphemeralSecret(api.deps, stranger.id, json.A ?? '', {})).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })

  it.each<[string, unknown]>([
    ['none', {}],
    ['51 at once', Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`A${index}`, 'canary']))],
    ['a bad name', { 'a canary': 'x' }],
    ['a bad name with a bad value', { 'a canary': '' }],
    ['an empty value', { A: '' }],
    ['a value that is not a string', { A: { canary: 1 } }],
    ['a list', ['canary']],
    ['a text', '"canary"'],
    ['the same name twice', '{"A":"canary","A":"canary"}'],
  ])('are refused for %s, without quoting the body', async (_what, body) => {
    const team = await api.newTeam()
    const { status, json, text } = await team.request<Failure>('POST', '/secrets/ephemeral', body)
    expect([status, json.code]).toEqual([400, 'BAD_REQUEST'])
    expect(text).not.toContain('canary')
  })

  it.each(['0', '-1', '1.5', '604801', 'x', '', '1e9'])('are refused for the lifetime %j', async (seconds) => {
    const team = await api.newTeam()
    const { status } = await team.request('POST', `/secrets/ephemeral?expiresIn=${seconds}`, { A: 'x' })
    expect(status).toBe(400)
  })

  it('expire after a second, a week, or by default an hour', async () => {
    let at = Date.now()
    const later = await openTestApp({ now: () => at })
    const team = await later.newTeam()
    for (const [query, seconds] of [
      ['?expiresIn=1', 1],
      ['?expiresIn=604800', 604_800],
      ['', 3600],
    ] as const) {
      const { json } = await team.request<Record<string, string>>('POST', `/secrets/ephemeral${query}`, { A: 'x' })
      const open = () => openEphemeralSecret(later.deps, team.id, json.A ?? '', {})
      at += seconds * 1000 - 1
      expect(await open()).toBe('x')
      at += 1
      await expect(open()).rejects.toMatchObject({ code: 'NOT_FOUND' })
    }
  })
})

it('none of these causes an unexpected error', () => {
  expect(api.log.errors).toEqual([])
})
