import { describe, expect, it } from 'vitest'
import { requestSender } from '#server/testing/app/send-request.ts'
import { openTestApp } from '#server/testing/app/test-app.ts'
import { Failure } from '#shared/failure.ts'
import type { Scope } from '#shared/scope.ts'
import { createClient } from './client.ts'
import type { ClientOptions } from './request.ts'

const api = await openTestApp()

/** A client of the real API, as the owner of a team of its own. */
const newClient = async (options: ClientOptions = {}) => {
  const team = await api.newTeam()
  const sent: { url: string; init: RequestInit }[] = []
  const client = createClient({
    fetch: async (url, init) => {
      sent.push({ url, init })
      return api.app.request(url, { ...init, headers: { ...(init.headers as object), 'test-person': team.owner.id } })
    },
    ...options,
  })
  const scope: Scope = await team.scope('project')
  return { ...team, client, scope, sent }
}

const failureOf = async (promise: Promise<unknown>): Promise<Failure> => {
  const error = await promise.catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(Failure)
  return error as Failure
}

describe('the client', () => {
  it('stores, finds, replaces and deletes a secret', async () => {
    const { client, scope, owner } = await newClient()
    const made = await client.secrets.create(scope, { name: 'API_KEY', value: 'one' })
    expect(made).toMatchObject({ name: 'API_KEY', version: 1, setBy: { id: owner.id, name: owner.name }, overlaps: [] })
    const replaced = await client.secrets.set(scope, 'API_KEY', 'two', { ifMatch: made.etag })
    expect(replaced.version).toBe(2)
    expect(await client.secrets.get(scope, 'API_KEY')).toEqual(replaced)
    expect((await client.secrets.list(scope, { q: 'api' })).items).toMatchObject([{ name: 'API_KEY' }])
    const { id } = await client.secrets.delete(scope, 'API_KEY', { ifMatch: replaced.etag })
    expect((await client.secrets.list(scope)).total).toBe(0)
    expect((await client.trash.list(scope, { q: 'api' })).items).toMatchObject([{ id, name: 'API_KEY', versions: 2 }])
  })

  it('restores and purges versions and deleted secrets', async () => {
    const { client, scope } = await newClient()
    const { secrets, trash } = client
    await secrets.set(scope, 'A', 'one')
    await secrets.set(scope, 'A', 'two')
    expect(await secrets.set(scope, 'A', 'two')).toMatchObject({ version: 2, unchanged: true })
    expect(await secrets.planRestoreVersion(scope, 'A', 1)).toMatchObject({ change: 'edit', affected: 1 })
    expect(await secrets.restoreVersion(scope, 'A', 1)).toMatchObject({ version: 3, lastUse: null })
    await secrets.purgeVersion(scope, 'A', 2)
    expect((await secrets.versions(scope, 'A')).items).toMatchObject([
      { version: 3, restoredFrom: 1, current: true },
      { version: 1, restoredFrom: null, current: false },
    ])
    const { id } = await secrets.delete(scope, 'A')
    expect(await trash.planRestore(scope, id)).toMatchObject({ change: 'set', affected: 1 })
    expect(await trash.restore(scope, id)).toMatchObject({ name: 'A', version: 3, overlaps: [] })
    const again = await secrets.delete(scope, 'A')
    await trash.purge(scope, again.id)
    expect((await trash.list(scope)).items).toEqual([])
  })

  it('includes relations to other scopes on request', async () => {
    const { client, scope, id } = await newClient()
    await client.secrets.set({ kind: 'team', id }, 'A', 'x')
    await client.secrets.set(scope, 'A', 'x')
    const { items } = await client.secrets.list(scope, { include: 'overlaps' })
    expect(items[0]?.overlaps).toMatchObject([{ relation: 'overrides', kind: 'team' }])
    expect((await client.secrets.list(scope)).items[0]).not.toHaveProperty('overlaps')
  })

  it('makes, lists, changes and deletes projects and clusters', async () => {
    const { client } = await newClient()
    const gpu = await client.clusters.create({ name: 'gpu', type: 'slurm' })
    const web = await client.projects.create({ name: 'web' })
    expect(await client.clusters.change(gpu.id, { type: 'vm' })).toMatchObject({ name: 'gpu', type: 'vm' })
    expect(await client.projects.get(web.id)).toEqual(web)
    expect((await client.projects.list({ q: 'web', limit: 1, order: 'desc' })).items).toEqual([web])
    await client.projects.delete(web.id)
    expect((await failureOf(client.projects.get(web.id))).code).toBe('NOT_FOUND')
  })

  it('reads all pages of a list', async () => {
    const { client, scope } = await newClient()
    for (const name of ['A', 'B', 'C']) await client.secrets.set(scope, name, 'x')
    const first = await client.secrets.list(scope, { limit: 2 })
    const next = await client.secrets.list(scope, { limit: 2, after: first.nextPage ?? '' })
    expect([...first.items, ...next.items].map(({ name }) => name)).toEqual(['A', 'B', 'C'])
    expect(next.nextPage).toBeNull()
  })

  it('returns the session, and signs out', async () => {
    const { client, owner, id } = await newClient()
    expect(await client.session()).toMatchObject({ user: owner, team: { id } })
    expect(await client.setupState()).toEqual({ open: true })
    expect(await client.signOut()).toBeUndefined()
  })

  it('sends the team in a header', async () => {
    const { client, sent } = await newClient({ team: 'nobodys' })
    expect((await failureOf(client.session())).code).toBe('NOT_FOUND')
    expect(sent[0]?.init.headers).toMatchObject({ 'gradient-team': 'nobodys' })
  })

  it.each(['a/b', 'a b', 'a?b', 'a#b', 'a%2Fb', '%', 'ä', '../x', 'a\\b', 'a;b', "a'b"])(
    'sends the name %j whole, so that the server refuses it for what it is',
    async (name) => {
      const { client, scope, sent } = await newClient()
      for (const call of [client.secrets.set(scope, name, 'x'), client.secrets.get(scope, name)]) {
        const { code, message, issues } = await failureOf(call)
        expect([code, issues[0]?.path]).toEqual(['BAD_REQUEST', ['name']])
        expect(message).toContain('Letters, digits')
      }
      const [, , , , , ...rest] = (sent[0]?.url ?? '').split('?')[0]?.split('/') ?? []
      expect(rest.map(decodeURIComponent)).toEqual([name])
    },
  )

  it('sends values unchanged, and only in the body', async () => {
    const { client, scope, sent } = await newClient()
    const value = '\ufeffcanary\r\n"\\ 😀'
    await client.secrets.set(scope, 'A', value)
    const { url, init } = sent[0] ?? { url: '', init: {} }
    expect(JSON.parse(String(init.body))).toEqual({ value })
    expect(url + JSON.stringify(init.headers)).not.toContain('canary')
  })
})

describe('a failure of the client', () => {
  it('has the code, message, issues and request id of the answer', async () => {
    const { client, scope, owner } = await newClient()
    const made = await client.secrets.create(scope, { name: 'A', value: 'x' })
    const failure = await failureOf(client.secrets.create(scope, { name: 'A', value: 'canary' }))
    expect(failure).toMatchObject({
      code: 'CONFLICT',
      status: 409,
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    expect(failure.message).toContain(owner.name)
    const { overlaps: _, lastUse: __, ...existing } = made
    expect(failure.issues[0]?.existing).toEqual(existing)
    expect(JSON.stringify(failure) + String(failure.stack)).not.toContain('canary')
  })

  it('is PRECONDITION_FAILED after a concurrent change', async () => {
    const { client, scope } = await newClient()
    const { etag } = await client.secrets.create(scope, { name: 'A', value: 'x' })
    await client.secrets.set(scope, 'A', 'y')
    expect((await failureOf(client.secrets.set(scope, 'A', 'z', { ifMatch: etag }))).code).toBe('PRECONDITION_FAILED')
    expect((await failureOf(client.secrets.delete(scope, 'A', { ifMatch: etag }))).code).toBe('PRECONDITION_FAILED')
  })

  it('is UNAUTHORIZED without a session', async () => {
    const client = createClient({ fetch: async (url, init) => api.app.request(url, init) })
    expect((await failureOf(client.projects.list())).code).toBe('UNAUTHORIZED')
  })

  it('equals the failure in the answer of the server', async () => {
    const { client, scope } = await newClient()
    const { json } = await requestSender(api.app)('GET', '/v1/projects')
    const bare = createClient({ fetch: async (url, init) => api.app.request(url, init) })
    expect((await failureOf(bare.projects.list())).toJSON()).toEqual(json)
    expect((await failureOf(client.secrets.get(scope, 'NOTHING'))).message).toContain('“NOTHING”')
  })
})
