import { describe, expect, it } from 'vitest'
import { openTestApp } from '#server/testing/app/test-app.ts'
import type { Failure } from '#shared/failure.ts'
import { scopeKinds } from '#shared/scope.ts'
import { type Secret, secret as secretSchema } from '#shared/secret.ts'

const api = await openTestApp()

describe.each(scopeKinds)('the secrets of a %s', (kind) => {
  const newScope = async () => {
    const team = await api.newTeam()
    const { secrets } = await team.scope(kind)
    return {
      ...team,
      secrets,
      create: (name: string, value = 'hunter2') => team.request<Secret>('POST', secrets, { name, value }),
    }
  }

  it('are created: 201 with the metadata and without the value', async () => {
    const { create, owner } = await newScope()
    const { status, json, headers } = await create('API_KEY')
    expect(status).toBe(201)
    expect(json).toEqual({
      name: 'API_KEY',
      version: 1,
      dtCreated: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      dtModified: json.dtCreated,
      setBy: { id: owner.id, name: owner.name },
      etag: headers.get('etag'),
    })
    expect(secretSchema.parse(json)).toEqual(json)
    expect(headers.get('etag')).toMatch(/^"[^"]+"$/)
  })

  it('are not created twice: 409 says who set it and when, and changes nothing', async () => {
    const { create, owner, request, secrets } = await newScope()
    const { json: first } = await create('API_KEY')
    const { status, json } = await request<Failure>('POST', secrets, { name: 'API_KEY', value: 'other' })
    expect(status).toBe(409)
    expect(json.code).toBe('CONFLICT')
    expect(json.message).toContain(owner.name)
    expect(json.message).toContain(first.dtModified)
    expect(json.issues).toEqual([{ message: 'This name exists already.', path: ['name'], existing: first }])
    expect((await request('GET', `${secrets}/API_KEY`)).json).toEqual(first)
  })

  it('are not created under a name that differs only in case', async () => {
    const { create, request, secrets } = await newScope()
    const { json: first } = await create('Api_Key')
    const posted = await request<Failure>('POST', secrets, { name: 'API_KEY', value: 'other' })
    const put = await request<Failure>('PUT', `${secrets}/API_KEY`, { value: 'other' })
    for (const { status, json } of [posted, put]) {
      expect(status).toBe(409)
      expect(json.message).toContain('“Api_Key”')
      expect(json.issues[0]?.existing).toEqual(first)
    }
    expect((await request('GET', `${secrets}/API_KEY`)).status).toBe(404)
  })

  it('return the metadata of one, with its ETag', async () => {
    const { create, request, secrets } = await newScope()
    const { json: created } = await create('API_KEY')
    const { status, json, headers } = await request('GET', `${secrets}/API_KEY`)
    expect([status, json, headers.get('etag')]).toEqual([200, created, created.etag])
  })

  it('are set by PUT: 201 when new, 200 with another ETag and the next version when not', async () => {
    const { request, secrets } = await newScope()
    const first = await request<Secret>('PUT', `${secrets}/API_KEY`, { value: 'one' })
    const second = await request<Secret>('PUT', `${secrets}/API_KEY`, { value: 'two' })
    expect([first.status, second.status]).toEqual([201, 200])
    expect([first.json.version, second.json.version]).toEqual([1, 2])
    expect(second.json.dtCreated).toBe(first.json.dtCreated)
    expect(second.headers.get('etag')).toBe(second.json.etag)
    expect(second.json.etag).not.toBe(first.json.etag)
  })

  it('get a new value by PATCH', async () => {
    const { create, request, secrets } = await newScope()
    const { json: first } = await create('API_KEY')
    const { status, json, headers } = await request<Secret>('PATCH', `${secrets}/API_KEY`, { value: 'two' })
    expect([status, json.version, headers.get('etag')]).toEqual([200, 2, json.etag])
    expect(json.etag).not.toBe(first.etag)
  })

  it('are not created by PATCH: 404', async () => {
    const { request, secrets } = await newScope()
    const { status, json } = await request('PATCH', `${secrets}/API_KEY`, { value: 'two' })
    expect([status, json.code]).toEqual([404, 'NOT_FOUND'])
    expect((await request('GET', `${secrets}/API_KEY`)).status).toBe(404)
  })

  it('are deleted once: {name} and its place in the trash, then 404', async () => {
    const { create, request, secrets } = await newScope()
    await create('API_KEY')
    const { status, json } = await request('DELETE', `${secrets}/API_KEY`)
    expect([status, json]).toEqual([
      200,
      { name: 'API_KEY', trashed: { id: expect.stringMatching(/^tr\w{10}$/), expiresAt: expect.any(String) } },
    ])
    expect((await request('GET', `${secrets}/API_KEY`)).status).toBe(404)
    expect((await request('DELETE', `${secrets}/API_KEY`)).status).toBe(404)
  })

  it('reuse a name after it was deleted, with another ETag', async () => {
    const { create, request, secrets } = await newScope()
    const { json: first } = await create('API_KEY')
    await request('DELETE', `${secrets}/API_KEY`)
    const { status, json } = await create('API_KEY')
    expect([status, json.version]).toEqual([201, 1])
    expect(json.etag).not.toBe(first.etag)
  })

  it('answer 404 for a name that is not stored', async () => {
    const { request, secrets } = await newScope()
    const { status, json } = await request<Failure>('GET', `${secrets}/NOTHING`)
    expect([status, json.code]).toEqual([404, 'NOT_FOUND'])
    expect(json.message).toContain(`“NOTHING” in this ${kind}`)
  })

  it('are stored as the bytes that were sent', async () => {
    const team = await newScope()
    const value = '\ufeff-----BEGIN KEY-----\r\nMII=\r\n-----END KEY-----\n 😀'
    await team.create('PEM', value)
    const scope = { kind, id: team.secrets.split('/')[3] ?? '' }
    const { store, vault } = api.deps
    const { version, sealed } = await store.sealedSecret(team.id, scope, 'PEM')
    const place = { teamId: team.id, scopeId: scope.id, name: 'PEM', version }
    expect(await vault.open(await store.dataKey(team.id), place, sealed)).toBe(value)
  })
})

describe('the secrets of a team', () => {
  it('are found by the team’s namespace and by its id', async () => {
    const team = await api.newTeam()
    const { status } = await team.request('PUT', `/v1/teams/${team.namespace}/secrets/A`, { value: 'x' })
    expect(status).toBe(201)
    const { json } = await team.request<Secret>('GET', `/v1/teams/${team.id}/secrets/A`)
    expect(json.name).toBe('A')
  })

  it('are separate from those of its projects and clusters', async () => {
    const team = await api.newTeam()
    const places = await Promise.all(scopeKinds.map((kind) => team.scope(kind)))
    for (const { secrets } of places) {
      expect((await team.request('POST', secrets, { name: 'SAME', value: secrets })).status).toBe(201)
    }
    await team.request('DELETE', `${places[0]?.secrets}/SAME`)
    expect((await team.request('GET', `${places[1]?.secrets}/SAME`)).status).toBe(200)
  })
})
