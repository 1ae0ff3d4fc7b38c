import { describe, expect, inject, it } from 'vitest'
import { confirmedHeader } from '#server/testing/app/identity-by-header.ts'
import { newTeamForPlans } from '#server/testing/app/team-for-plans.ts'
import { openTestApp, type TestApp } from '#server/testing/app/test-app.ts'
import type { AuditRecord } from '#shared/audit/audit-record.ts'
import type { Failure } from '#shared/failure.ts'
import type { Page } from '#shared/page.ts'
import { confirmedMinutes } from '#shared/people/session.ts'
import { type Plan, planHeader } from '#shared/plans/plan.ts'
import type { Secret } from '#shared/secret.ts'
import type { Trashed, TrashedSecret } from '#shared/trash.ts'
import type { SecretVersion } from '#shared/version.ts'

const apps = {
  SQLite: await openTestApp(),
  PostgreSQL: await openTestApp({ location: { kind: 'postgres', url: inject('postgres') } }),
}

/** A team whose project has the secret A with the values “one” and “two”. */
const newHistory = async (api: TestApp) => {
  const team = await newTeamForPlans(api)
  const { project } = team.scopes
  const secret = project.secret('A')
  for (const value of ['one', 'two']) await team.put(secret, value)
  const runner = await team.key({ access: ['run'], projectId: project.id })
  return {
    ...team,
    secret,
    restoration: (version: number | string) => `${secret}/versions/${version}/restoration`,
    trash: `${project.path}/trash`,
    versions: async () => (await team.request<Page<SecretVersion>>('GET', `${secret}/versions`)).json,
    /** Resolves the secret for a workload of the project. */
    value: async () => {
      const body = { projectId: project.id, only: ['A'] }
      return (await runner.request<{ env: Record<string, string> }>('POST', '/v1/workloads/resolve', body)).json.env.A
    },
    remove: async () => (await team.request<{ trashed: Trashed }>('DELETE', secret)).json.trashed.id,
    records: async () =>
      (await team.request<Page<AuditRecord>>('GET', '/v1/audit')).json.items.map(({ action, detail }) => [
        action,
        detail,
      ]),
  }
}

describe.each(Object.entries(apps))('the history of a secret on %s', (_label, api) => {
  it('has the size in bytes, equal fingerprints for equal values, and no value', async () => {
    const { put, secret, versions } = await newHistory(api)
    await put(secret, 'é\r\n')
    await put(secret, 'two')
    const { items, total } = await versions()
    expect(items.map(({ version, size, current }) => [version, size, current])).toEqual([
      [4, 3, true],
      [3, 4, false],
      [2, 3, false],
      [1, 3, false],
    ])
    const [fourth, third, second, first] = items.map(({ fingerprint }) => fingerprint)
    expect([fourth === second, new Set([first, second, third]).size, total]).toEqual([true, 3, 4])
    for (const { fingerprint } of items) expect(fingerprint).toMatch(/^[0-9a-f]{64}$/)
  })

  it('has different fingerprints for the same value of another name, scope and team', async () => {
    const [one, other] = [await newHistory(api), await newHistory(api)]
    const fingerprints = new Set<string | null | undefined>()
    for (const [team, path] of [
      [one, one.secret],
      [one, one.scopes.project.secret('B')],
      [one, one.scopes.team.secret('A')],
      [other, other.secret],
    ] as const) {
      await team.put(path, 'the same')
      const { json } = await team.request<Page<SecretVersion>>('GET', `${path}/versions?limit=1`)
      fingerprints.add(json.items[0]?.fingerprint)
    }
    expect(fingerprints.size).toBe(4)
  })

  it('restores an old value as a new version for workloads, and shows it to nobody', async () => {
    const { request, secret, restoration, versions, value, records, owner } = await newHistory(api)
    const answer = await request<Secret>('POST', restoration(1))
    expect(answer.status).toBe(200)
    expect(answer.json).toMatchObject({ name: 'A', version: 3, setBy: { id: owner.id } })
    expect(answer.headers.get('etag')).toBe(answer.json.etag)
    // A random id may contain these three letters.
    expect(answer.text.replaceAll(owner.id, '')).not.toContain('one')
    expect((await versions()).items[0]).toMatchObject({ version: 3, restoredFrom: 1, current: true })
    expect(await value()).toBe('one')
    expect((await request<Secret>('GET', secret)).json).toMatchObject({ version: 3 })
    expect((await records()).find(([action]) => action === 'secret.restore')).toEqual(['secret.restore', 'version 1'])
  })

  it('restores only with the current ETag and plan', async () => {
    const { request, put, secret, restoration, value } = await newHistory(api)
    const { json: seen } = await request<Secret>('GET', secret)
    const { json: plan } = await request<Plan>('POST', `${restoration(1)}?dryRun=true`)
    expect(plan).toMatchObject({ change: 'edit', affected: 2, secret: seen })
    await put(secret, 'three')
    const [old, stale] = [{ 'if-match': seen.etag }, { [planHeader]: plan.hash }]
    expect((await request('POST', restoration(1), undefined, old)).status).toBe(412)
    const refused = await request<Failure>('POST', restoration(1), undefined, stale)
    const now = refused.json.issues[0]?.plan as Plan
    expect([refused.status, now.secret?.version, await value()]).toEqual([409, 3, 'three'])
    expect((await request('POST', restoration(1), undefined, { [planHeader]: now.hash })).status).toBe(200)
    expect(await value()).toBe('one')
  })

  it('lists the stored versions for a missing one, and refuses an invalid version', async () => {
    const { request, secret, restoration } = await newHistory(api)
    for (const version of ['3', '999999999999999']) {
      const { status, json } = await request<Failure>('POST', restoration(version))
      expect([status, json.message]).toEqual([404, expect.stringContaining('1–2')])
      expect((await request('POST', `${restoration(version)}?dryRun=true`)).status).toBe(404)
      expect((await request('DELETE', `${secret}/versions/${version}`)).status).toBe(404)
    }
    for (const version of ['0', '-1', '1.5', 'x', '01', '1e1', '9'.repeat(16)]) {
      expect([version, (await request('POST', restoration(version))).status]).toEqual([version, 400])
      expect([version, (await request('DELETE', `${secret}/versions/${version}`)).status]).toEqual([version, 400])
    }
    expect((await request('GET', `${secret}/versions?after=x`)).status).toBe(400)
    expect((await request('GET', `${secret}x/versions`)).status).toBe(404)
  })

  it('purges only an old version, after a recent confirmation of the password or with a key', async () => {
    const { request, secret, versions, key } = await newHistory(api)
    const long = { [confirmedHeader]: `${(confirmedMinutes + 1) * 60_000}` }
    expect((await request('DELETE', `${secret}/versions/1`, undefined, long)).status).toBe(403)
    expect((await request<Failure>('DELETE', `${secret}/versions/2`)).json).toMatchObject({ code: 'CONFLICT' })
    const { status, json } = await (await key()).request('DELETE', `${secret}/versions/1`)
    expect([status, json]).toEqual([200, { name: 'A', version: 1 }])
    expect((await versions()).items.map(({ version }) => version)).toEqual([2])
  })
})

describe.each(Object.entries(apps))('a set of the stored value on %s', (_label, api) => {
  it('says so on every route, and only makes a record', async () => {
    const { request, scopes, secret, restoration, versions, records } = await newHistory(api)
    const { json: before } = await request<Secret>('GET', secret)
    for (const [method, path] of [
      ['PUT', secret],
      ['PATCH', secret],
      ['POST', restoration(2)],
    ] as const) {
      const { status, json, headers } = await request<Secret>(method, path, { value: 'two' })
      expect([method, status, json]).toEqual([method, 200, { ...before, unchanged: true }])
      expect(headers.get('etag')).toBe(before.etag)
    }
    const legacy = await request('PUT', `/projects/secrets/A?projectId=${scopes.project.id}`, { value: 'two' })
    const { name, dtCreated, dtModified } = before
    expect(legacy.json).toEqual({ name, dtCreated, dtModified })
    expect((await request('POST', scopes.project.secrets, { name: 'A', value: 'two' })).status).toBe(409)
    expect((await versions()).total).toBe(2)
    expect((await request<Secret>('GET', secret)).json).toEqual(before)
    const compared = (await records()).filter(([action]) => action === 'secret.compare')
    expect(compared).toHaveLength(4)
    for (const [, detail] of compared) expect(detail).toMatch(/^version 2: the same( as version 2)?$/)
  })

  it('differs from another value in every character', async () => {
    const { request, secret } = await newHistory(api)
    for (const [index, value] of ['two ', 'Two', 'tw', 'two\n', 'tẇo'].entries()) {
      const { json } = await request<Secret>('PUT', secret, { value })
      expect([json.version, json.unchanged]).toEqual([index + 3, undefined])
    }
  })
})

describe.each(Object.entries(apps))('the trash on %s', (_label, api) => {
  it('restores a secret for workloads, with the current plan', async () => {
    const { request, trash, remove, value, made, secret } = await newHistory(api)
    const id = await remove()
    const { json: listed } = await request<Page<TrashedSecret>>('GET', `${trash}?q=a`)
    expect(listed).toMatchObject({ total: 1, items: [{ id, name: 'A', version: 2, versions: 2 }] })
    expect((await request('GET', secret)).status).toBe(404)
    const restoration = `${trash}/${id}/restoration`
    const { json: plan } = await request<Plan>('POST', `${restoration}?dryRun=true`)
    expect(plan).toMatchObject({ change: 'set', affected: 2, secret: null })
    await made('cluster')
    const refused = await request<Failure>('POST', restoration, undefined, { [planHeader]: plan.hash })
    expect([refused.status, refused.json.issues[0]?.plan]).toMatchObject([409, { affected: 3 }])
    const restored = await request<Secret>('POST', restoration)
    expect([restored.status, restored.json]).toMatchObject([200, { name: 'A', version: 2 }])
    expect(restored.headers.get('etag')).toBe(restored.json.etag)
    expect(await value()).toBe('two')
    expect((await request('POST', restoration)).status).toBe(404)
  })

  it('keeps a deleted secret when its name is taken, and says by which', async () => {
    const { request, trash, remove, put, scopes } = await newHistory(api)
    const id = await remove()
    const { json: taken } = await put(scopes.project.secret('a'), 'new')
    const { status, json } = await request<Failure>('POST', `${trash}/${id}/restoration`)
    expect([status, json.issues[0]?.existing]).toEqual([409, taken])
    expect((await request('POST', `${trash}/${id}/restoration?dryRun=true`)).status).toBe(409)
    expect((await request<Page<unknown>>('GET', trash)).json.total).toBe(1)
  })

  it('is purged after a recent confirmation of the password', async () => {
    const { request, trash, remove } = await newHistory(api)
    const id = await remove()
    const long = { [confirmedHeader]: `${(confirmedMinutes + 1) * 60_000}` }
    expect((await request('DELETE', `${trash}/${id}`, undefined, long)).status).toBe(403)
    const { status, json } = await request('DELETE', `${trash}/${id}`)
    expect([status, json]).toEqual([200, { id }])
    expect((await request('DELETE', `${trash}/${id}`)).status).toBe(404)
  })

  it('gets the secrets that the discontinued service’s route deletes', async () => {
    const { request, scopes, trash } = await newHistory(api)
    const { json } = await request('DELETE', `/projects/secrets/A?projectId=${scopes.project.id}`)
    expect(json).toEqual({ name: 'A' })
    expect((await request<Page<unknown>>('GET', trash)).json.total).toBe(1)
  })
})

describe.each(Object.entries(apps))('versions and trash on %s', (_label, api) => {
  it('cause no unexpected error', () => {
    expect(api.log.errors).toEqual([])
  })
})
