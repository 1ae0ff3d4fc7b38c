import { describe, expect, it } from 'vitest'
import { openTestApp } from '#server/testing/app/test-app.ts'
import type { Failure } from '#shared/failure.ts'
import { type Page, pageOf } from '#shared/page.ts'
import { type Cluster, cluster, type Project, project } from '#shared/scope.ts'

let time = 1_800_000_000_000
const api = await openTestApp({ now: () => time })

const kinds = [
  { kind: 'project', path: '/v1/projects', schema: project, type: {}, prefix: 'pr' },
  { kind: 'cluster', path: '/v1/clusters', schema: cluster, type: { type: 'slurm' }, prefix: 'cl' },
] as const

describe.each(kinds)('$path', ({ kind, path, schema, type, prefix }) => {
  const newTeam = async () => {
    const team = await api.newTeam()
    const create = (name: string) => team.request<Project | Cluster>('POST', path, { name, ...type })
    return { ...team, create }
  }

  it('creates: 201 with an id of its kind and no secrets', async () => {
    const { create } = await newTeam()
    const { status, json } = await create('  Diffusion 🚀 ')
    expect(status).toBe(201)
    expect(json).toEqual({
      id: expect.stringMatching(new RegExp(`^${prefix}[0-9a-z]{10}$`)),
      name: 'Diffusion 🚀',
      dtCreated: new Date(time).toISOString(),
      dtModified: new Date(time).toISOString(),
      secrets: 0,
      ...type,
    })
    expect(schema.parse(json)).toEqual(json)
  })

  it('creates several, also with the same name', async () => {
    const { create, request } = await newTeam()
    const made = [await create('web'), await create('web')]
    expect(new Set(made.map(({ json }) => json.id)).size).toBe(2)
    expect((await request<Page<Project>>('GET', path)).json.total).toBe(2)
  })

  it('returns one, with the number of its secrets', async () => {
    const { create, request } = await newTeam()
    const { json: made } = await create('web')
    await request('PUT', `${path}/${made.id}/secrets/A`, { value: 'x' })
    await request('PUT', `${path}/${made.id}/secrets/A`, { value: 'y' })
    await request('PUT', `${path}/${made.id}/secrets/B`, { value: 'x' })
    expect((await request('GET', `${path}/${made.id}`)).json).toEqual({ ...made, secrets: 2 })
  })

  it('renames, and returns the time', async () => {
    const { create, request } = await newTeam()
    const { json: made } = await create('web')
    time += 5000
    const { status, json } = await request('PATCH', `${path}/${made.id}`, { name: 'shop' })
    expect(status).toBe(200)
    expect(json).toEqual({ ...made, name: 'shop', dtModified: new Date(time).toISOString() })
    expect((await request('GET', `${path}/${made.id}`)).json).toEqual(json)
  })

  it('deletes with all its secrets, and nothing else', async () => {
    const { create, request, id } = await newTeam()
    const [{ json: doomed }, { json: other }] = [await create('doomed'), await create('other')]
    for (const scope of [`${path}/${doomed.id}`, `${path}/${other.id}`, `/v1/teams/${id}`]) {
      await request('PUT', `${scope}/secrets/A`, { value: 'x' })
    }
    const { status, json } = await request('DELETE', `${path}/${doomed.id}`)
    expect([status, json]).toEqual([200, { id: doomed.id }])
    for (const gone of ['', '/secrets', '/secrets/A']) {
      expect((await request('GET', `${path}/${doomed.id}${gone}`)).status).toBe(404)
    }
    expect((await request('PUT', `${path}/${doomed.id}/secrets/A`, { value: 'x' })).status).toBe(404)
    expect((await request('DELETE', `${path}/${doomed.id}`)).status).toBe(404)
    const scope = { kind, id: doomed.id }
    await expect(api.deps.store.sealedSecret(id, scope, 'A')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    for (const kept of [`${path}/${other.id}`, `/v1/teams/${id}`]) {
      expect((await request('GET', `${kept}/secrets/A`)).status).toBe(200)
    }
  })

  it('lists by name, and pages without losing or repeating one', async () => {
    const { create, request } = await newTeam()
    const names = ['b', 'a', 'a', 'B', 'ä', 'a', 'c', '😀', 'b']
    for (const [index, name] of names.entries()) {
      if (index % 2) time += 1000
      await create(name)
    }
    for (const orderBy of ['name', 'dtCreated'] as const) {
      for (const order of ['asc', 'desc']) {
        const found: Project[] = []
        let after: string | null = null
        do {
          const query: string = `orderBy=${orderBy}&order=${order}&limit=2${after ? `&after=${after}` : ''}`
          const { json }: { json: Page<Project> } = await request('GET', `${path}?${query}`)
          expect(pageOf(schema).parse(json)).toEqual(json)
          found.push(...json.items)
          after = json.nextPage
        } while (after)
        expect(new Set(found.map(({ id }) => id)).size).toBe(names.length)
        const keys = found.map((item) => item[orderBy])
        const sorted = keys.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
        expect(keys).toEqual(order === 'asc' ? sorted : sorted.toReversed())
      }
    }
  })

  it('finds by a part of the name without regard to case', async () => {
    const { create, request } = await newTeam()
    for (const name of ['Wéb shop', 'web', '100% web', 'other']) await create(name)
    const found = async (q: string) => {
      const { json } = await request<Page<Project>>('GET', `${path}?${new URLSearchParams({ q })}`)
      return json.items.map(({ name }) => name)
    }
    expect(await found('WÉB')).toEqual(['Wéb shop'])
    expect(await found('WEB')).toEqual(['100% web', 'web'])
    expect(await found('0%')).toEqual(['100% web'])
    expect(await found('_')).toEqual([])
  })

  it.each(['', '  ', 'two\nlines', 'x'.repeat(101), 'nul\0', 7, null, undefined])(
    'refuses the name %j, to create as to rename',
    async (name) => {
      const { create, request } = await newTeam()
      const { json: made } = await create('web')
      const created = await request<Failure>('POST', path, { ...type, name })
      expect([created.status, created.json.code, created.json.issues[0]?.path]).toEqual([400, 'BAD_REQUEST', ['name']])
      const renamed = await request<Failure>('PATCH', `${path}/${made.id}`, { name })
      // Fields that a cluster’s change omits do not change.
      expect(renamed.status).toBe(kind === 'cluster' && name === undefined ? 200 : 400)
      expect((await request('GET', `${path}/${made.id}`)).json.name).toBe('web')
    },
  )

  it('refuses the limits 0 and 121 and a cursor of another order', async () => {
    const { create, request } = await newTeam()
    for (const name of ['a', 'b']) await create(name)
    const { json } = await request<Page<Project>>('GET', `${path}?limit=1`)
    for (const query of ['limit=0', 'limit=121', 'after=x', `orderBy=dtCreated&after=${json.nextPage}`]) {
      expect([query, (await request('GET', `${path}?${query}`)).status]).toEqual([query, 400])
    }
  })
})

describe('/v1/clusters', () => {
  it('changes name and type separately', async () => {
    const team = await api.newTeam()
    const { json: made } = await team.request<Cluster>('POST', '/v1/clusters', { name: 'gpu', type: 'vm' })
    const change = (body: object) => team.request<Cluster>('PATCH', `/v1/clusters/${made.id}`, body)
    expect((await change({ type: 'slurm' })).json).toMatchObject({ name: 'gpu', type: 'slurm' })
    expect((await change({ name: 'gpu-1' })).json).toMatchObject({ name: 'gpu-1', type: 'slurm' })
  })

  it.each(['mainframe', '', 7, undefined])('does not create one of the type %j', async (type) => {
    const team = await api.newTeam()
    const { status, json } = await team.request<Failure>('POST', '/v1/clusters', { name: 'gpu', type })
    expect([status, json.issues[0]?.path]).toEqual([400, ['type']])
    expect(json.message).toBe('Choose one of the listed types.')
  })
})

describe('the team of a request', () => {
  it('is named by a header, by id or namespace', async () => {
    const team = await api.newTeam()
    for (const named of [team.id, team.namespace]) {
      const { status } = await team.request('POST', '/v1/projects', { name: 'web' }, { 'gradient-team': named })
      expect(status).toBe(201)
    }
    expect((await team.request<Page<Project>>('GET', '/v1/projects')).json.total).toBe(2)
  })
})
