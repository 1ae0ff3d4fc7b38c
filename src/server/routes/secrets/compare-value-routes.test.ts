import { beforeEach, describe, expect, inject, it } from 'vitest'
import { createApp } from '#server/app.ts'
import { mostWrong } from '#server/services/throttle.ts'
import type { Store } from '#server/store/open-store.ts'
import { personHeader } from '#server/testing/app/identity-by-header.ts'
import { requestSender, type SendRequest } from '#server/testing/app/send-request.ts'
import { newTeamForPlans } from '#server/testing/app/team-for-plans.ts'
import { openTestApp, type TestApp } from '#server/testing/app/test-app.ts'
import type { AuditRecord } from '#shared/audit/audit-record.ts'
import type { Failure } from '#shared/failure.ts'
import type { Page } from '#shared/page.ts'
import type { Plan } from '#shared/plans/plan.ts'

const start = 1_800_000_000_000
const hour = 3_600_000
let time = start
beforeEach(() => {
  time = start
})
const now = () => time

const apps = {
  SQLite: await openTestApp({ now }),
  PostgreSQL: await openTestApp({ now, location: { kind: 'postgres', url: inject('postgres') } }),
}

/** A team whose secrets have the value “canary”, and functions to compare others with it. */
const newCompared = async (api: TestApp) => {
  const team = await newTeamForPlans(api, { team: ['A', 'B'], cluster: ['A'], project: ['A'] })
  const compareBy = async (ask: SendRequest, path: string, value: string): Promise<Plan> =>
    (await ask<Plan>('PUT', `${path}?dryRun=true`, { value })).json
  const same = async (path: string, value: string) => (await compareBy(team.request, path, value)).same
  const guess = async (ask: SendRequest, path: string, times: number) =>
    Promise.all(Array.from({ length: times }, async (_, at) => (await compareBy(ask, path, `guess ${at}`)).same))
  const records = async () =>
    (await team.request<Page<AuditRecord>>('GET', '/v1/audit?action=secret.compare&limit=120')).json.items
  /** The same API, with an action between two reads of its store. */
  const between = (store: Partial<Store>): SendRequest =>
    requestSender(createApp({ ...api.deps, store: { ...api.deps.store, ...store } }), { [personHeader]: team.owner.id })
  return { ...team, compareBy, same, guess, records, between }
}

const tally = (answers: readonly unknown[]) =>
  Object.fromEntries([...Map.groupBy(answers, String)].map(([answer, all]) => [answer, all.length]))

describe.each(Object.entries(apps))('a plan with a value on %s', (_label, api) => {
  it('says whether the value is the stored one, in every kind of scope', async () => {
    const { scopes, same, plan } = await newCompared(api)
    for (const { secret } of Object.values(scopes)) {
      expect([await same(secret('A'), 'canary'), await same(secret('A'), 'canarx')]).toEqual([true, false])
      expect((await plan('PATCH', secret('A'), { value: 'canary' })).json.same).toBe(true)
    }
    const path = scopes.team.secret('A')
    expect([await same(path, 'canary '), await same(path, 'Canary'), await same(path, 'canar')]).toEqual([
      false,
      false,
      false,
    ])
  })

  it('compares only with the newest version', async () => {
    const { scopes, same, request } = await newCompared(api)
    await request('PUT', scopes.team.secret('A'), { value: 'é\r\n' })
    expect([await same(scopes.team.secret('A'), 'canary'), await same(scopes.team.secret('A'), 'é\r\n')]).toEqual([
      false,
      true,
    ])
  })

  it('equals the plan without a value, with the same hash, and changes nothing', async () => {
    const { scopes, compareBy, request, planSet } = await newCompared(api)
    const path = scopes.project.secret('A')
    const without = await planSet(path)
    expect(without).not.toHaveProperty('same')
    for (const value of ['canary', 'other']) {
      const { same, ...rest } = await compareBy(request, path, value)
      expect([same, rest]).toEqual([value === 'canary', without])
    }
    expect((await request('PUT', path, { value: 'x' }, { 'gradient-plan': without.hash })).status).toBe(200)
  })

  it('says nothing about a name that is not set', async () => {
    const { scopes, compareBy, request, plan, records } = await newCompared(api)
    expect(await compareBy(request, scopes.cluster.secret('NEW'), 'canary')).not.toHaveProperty('same')
    const { json } = await plan('POST', scopes.cluster.secrets, { name: 'NEW', value: 'canary' })
    expect(json).toMatchObject({ change: 'set' })
    expect(json).not.toHaveProperty('same')
    expect(await records()).toEqual([])
  })

  it('is refused like the change, before a comparison', async () => {
    const { scopes, plan, join, key, records } = await newCompared(api)
    const path = scopes.team.secret('A')
    const body = { value: 'canary' }
    const { request: view } = await join('viewer')
    const { request: run } = await key({ access: ['run'] })
    const { request: limited } = await key({ projectId: scopes.project.id })
    const refused = [
      await plan('POST', scopes.team.secrets, { name: 'A', ...body }),
      await plan('PUT', path, body, { 'if-match': '"0"' }),
      await plan('PUT', path, body, { 'if-none-match': '*' }),
      ...(await Promise.all([view, run, limited].map((ask) => ask<Failure>('PUT', `${path}?dryRun=true`, body)))),
    ]
    expect(refused.map(({ status }) => status)).toEqual([409, 412, 412, 403, 403, 403])
    for (const { text } of refused) expect(text).not.toMatch(/"same"|canary/)
    expect(await records()).toEqual([])
    expect(await api.deps.store.attempts(`same:${scopes.team.id}:${scopes.team.id}:A`)).toBeUndefined()
  })

  it('is recorded with its result, and without the value', async () => {
    const { scopes, same, records, key, compareBy, owner } = await newCompared(api)
    const path = scopes.project.secret('A')
    await same(path, 'a wrong canary')
    const ci = await key()
    await compareBy(ci.request, path, 'canary')
    const all = await records()
    const about = { name: 'A', scope: { kind: 'project', id: scopes.project.id, name: 'web' }, by: { id: owner.id } }
    expect(all).toMatchObject([
      { ...about, detail: 'version 1: the same', key: { id: ci.id } },
      { ...about, detail: 'version 1: another value', key: null },
    ])
    expect(JSON.stringify([all, api.log])).not.toContain('canary')
  })

  it('answers only after the record is on disk', async () => {
    const { scopes, between, records } = await newCompared(api)
    const request = between({ recordAll: () => Promise.reject(new Error('The disk is full.')) })
    const { status, text } = await request('PUT', `${scopes.team.secret('A')}?dryRun=true`, { value: 'canary' })
    expect(status).toBe(500)
    expect(text).not.toMatch(/same|canary/)
    expect(await records()).toEqual([])
  })

  it.each([
    ['deleted', 'DELETE', undefined],
    ['set again', 'PUT', { value: 'other' }],
  ])('does not compare a secret that is %s meanwhile', async (_, method, body) => {
    const { scopes, between, request, records } = await newCompared(api)
    const path = scopes.team.secret('A')
    const late = between({
      holders: async (...given) => {
        await request(method, path, body)
        return api.deps.store.holders(...given)
      },
    })
    const { status, json } = await late<Plan>('PUT', `${path}?dryRun=true`, { value: 'other' })
    expect([status, json.same, json.secret?.version]).toEqual([200, null, 1])
    expect(await records()).toEqual([])
  })
})

describe.each(Object.entries(apps))('guessing a value on %s', (_label, api) => {
  it('ends after twenty wrong values in an hour; plans are still answered', async () => {
    const { scopes, request, guess, same, compareBy } = await newCompared(api)
    const path = scopes.team.secret('A')
    for (let at = 0; at < mostWrong.secret; at++) expect(await same(path, `guess ${at}`)).toBe(false)
    expect(await compareBy(request, path, 'canary')).toMatchObject({ same: null, change: 'edit', affected: 1 })
    time += hour
    expect(await same(path, 'canary')).toBeNull()
    time += 1
    expect(tally(await guess(request, path, mostWrong.secret))).toEqual({ false: 20 })
    expect(await same(path, 'canary')).toBeNull()
  })

  it('gets no more tries by concurrent requests, and each is recorded', async () => {
    const { scopes, request, guess, records, same } = await newCompared(api)
    const path = scopes.team.secret('A')
    expect(tally(await guess(request, path, 30))).toEqual({ false: 20, null: 10 })
    expect(await same(path, 'canary')).toBeNull()
    expect(await records()).toHaveLength(20)
  })

  it('gets no more tries with another person, another key or a new version', async () => {
    const { scopes, request, guess, key, join, compareBy } = await newCompared(api)
    const path = scopes.project.secret('A')
    await guess(request, path, mostWrong.secret)
    const others = [await key(), await join('admin')]
    await request('PUT', path, { value: 'canary' })
    for (const other of others) expect((await compareBy(other.request, path, 'canary')).same).toBeNull()
  })

  it('does not affect other secrets: of another name, scope or team', async () => {
    const { scopes, request, guess, same } = await newCompared(api)
    await guess(request, scopes.team.secret('A'), 30)
    expect([await same(scopes.team.secret('B'), 'canary'), await same(scopes.cluster.secret('A'), 'canary')]).toEqual([
      true,
      true,
    ])
    const other = await newCompared(api)
    expect(await other.same(other.scopes.team.secret('A'), 'canary')).toBe(true)
  })

  it('gets no more tries by right values in between, which do not count', async () => {
    const { scopes, request, guess, same } = await newCompared(api)
    const path = scopes.team.secret('A')
    for (let at = 0; at < mostWrong.secret + 5; at++) expect(await same(path, 'canary')).toBe(true)
    await guess(request, path, mostWrong.secret - 1)
    expect([await same(path, 'canary'), await same(path, 'x')]).toEqual([true, false])
    expect([await same(path, 'y'), await same(path, 'canary')]).toEqual([null, null])
  })

  it('of many secrets ends only for the person, with every key', async () => {
    const { scopes, owner, same, join, compareBy, key } = await newCompared(api)
    const counted = { at: time, forgetAfter: hour, wait: () => 0 }
    for (let at = 1; at < mostWrong.person; at++) await api.deps.store.countFailure(`same:${owner.id}`, counted)
    expect([await same(scopes.team.secret('A'), 'x'), await same(scopes.team.secret('B'), 'canary')]).toEqual([
      false,
      null,
    ])
    expect((await compareBy((await key()).request, scopes.team.secret('B'), 'canary')).same).toBeNull()
    expect((await compareBy((await join('admin')).request, scopes.team.secret('B'), 'canary')).same).toBe(true)
  }, 60_000)
})
