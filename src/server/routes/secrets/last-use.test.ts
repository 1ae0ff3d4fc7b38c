import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { NewAuditRecord } from '#server/store/trail/audit-store.ts'
import { openTestApp } from '#server/testing/app/test-app.ts'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'
import type { Failure } from '#shared/failure.ts'
import type { Page } from '#shared/page.ts'
import type { Secret } from '#shared/secret.ts'
import { minUseInterval } from '#shared/workload/secret-use.ts'

const day = 24 * 3_600_000
const start = Date.parse('2026-01-05T08:00:00.000Z')
const path = '/v1/workloads/resolve'

let clock = start
const now = () => clock
const location = { kind: 'sqlite' as const, path: join(newTemporaryFolder(), 'secrets.db') }
const api = await openTestApp({ location, now })
/** Another process on the same database. */
const other = await openTestApp({ location, now })

/** A team with a project and a cluster, some secrets in each, and a key that runs workloads there. */
const newTeamWithScopes = async (of = api) => {
  clock = start
  const team = await of.newTeam()
  const scopes = {
    team: await team.scope('team'),
    gpu: await team.scope('cluster', 'gpu'),
    web: await team.scope('project', 'web'),
  }
  let sets = 0
  const set = async (scope: keyof typeof scopes, ...names: string[]) => {
    for (const name of names) await team.request('PUT', `${scopes[scope].secrets}/${name}`, { value: `${sets++}` })
  }
  const pair = { projectId: scopes.web.id, clusterId: scopes.gpu.id }
  const key = await team.key({ name: 'trainer', access: ['run'], ...pair })
  const run = (env: string, after = 0, ask = key.request) => {
    clock = start + after
    return ask('POST', path, {
      ...pair,
      env: Object.fromEntries(env.split(' ').map((name) => [name, `secret:${name}`])),
    })
  }
  const list = async (scope: keyof typeof scopes, query: string, ask = team.request) =>
    (await ask<Page<Secret>>('GET', `${scopes[scope].secrets}?${query}`)).json
  const lastUse = async (name: string, scope: keyof typeof scopes = 'team', ask = team.request) =>
    (await ask<Secret>('GET', `${scopes[scope].secrets}/${name}?include=lastUse`)).json.lastUse
  return { team, scopes, set, pair, key, run, list, lastUse }
}

const secondsOf = (secret: { lastUse?: Secret['lastUse'] } | undefined) =>
  secret?.lastUse && (Date.parse(secret.lastUse.at) - start) / 1000

describe('resolving', () => {
  it('stores time, version, key and place of each resolved secret, and of no other', async () => {
    const { team, scopes, set, key, run, list, lastUse } = await newTeamWithScopes()
    await set('team', 'A', 'B', 'C')
    await set('web', 'A', 'A')
    await run('A B')
    const use = {
      at: new Date(start).toISOString(),
      version: 2,
      key: { id: key.id, name: 'trainer' },
      by: { id: team.owner.id, name: team.owner.name },
      project: { id: scopes.web.id, name: 'web' },
      cluster: { id: scopes.gpu.id, name: 'gpu' },
    }
    expect(await lastUse('A', 'web')).toEqual(use)
    const { items } = await list('team', 'include=overlaps,lastUse')
    expect(items.map(({ name, lastUse, overlaps }) => [name, lastUse, overlaps?.length])).toEqual([
      ['A', null, 1],
      ['B', { ...use, version: 1 }, 0],
      ['C', null, 0],
    ])
  })

  it('stores nothing for a failed request', async () => {
    const { set, run, lastUse } = await newTeamWithScopes()
    await set('team', 'A')
    expect((await run('A NONE')).status).toBe(404)
    expect(await lastUse('A')).toBeNull()
  })

  it('stores a repeated use once a minute', async () => {
    const { set, run, lastUse } = await newTeamWithScopes()
    await set('team', 'A')
    const times = []
    for (const after of [0, minUseInterval - 1, minUseInterval]) {
      await run('A', after)
      times.push(secondsOf({ lastUse: await lastUse('A') }))
    }
    expect(times).toEqual([0, 0, 60])
  })

  it('sends the store no use of the past minute again, and new uses at once', async () => {
    const sent: NewAuditRecord[] = []
    const { store } = api.deps
    const recordAll: typeof store.recordAll = (records) => {
      sent.push(...records)
      return store.recordAll(records)
    }
    const spied = await openTestApp({ location, now, store: { ...store, recordAll } })
    const { set, run, key } = await newTeamWithScopes()
    await set('team', 'A', 'B')
    const sentBy = async (names: string, after: number) => {
      sent.length = 0
      await run(names, after, (method, url, body) => spied.request(method, url, body, { 'x-api-key': key.key }))
      return sent.flatMap(({ used }) => used?.secrets.map(({ name, version }) => `${name}${version}`) ?? [])
    }
    expect(await sentBy('A', 0)).toEqual(['A1'])
    expect(await sentBy('A B', 1000)).toEqual(['B1'])
    await set('team', 'A')
    expect(await sentBy('A B', minUseInterval - 1)).toEqual(['A2'])
    expect(await sentBy('A B', minUseInterval)).toEqual([])
    expect(await sentBy('A B', minUseInterval + 1000)).toEqual(['B1'])
    await set('web', 'A')
    expect(await sentBy('A', minUseInterval + 1000)).toEqual(['A1'])
  })

  it('respects uses that another process stored in the past minute', async () => {
    const { set, run, key, lastUse } = await newTeamWithScopes()
    await set('team', 'A')
    await run('A')
    const elsewhere: typeof key.request = (method, url, body) =>
      other.request(method, url, body, { 'x-api-key': key.key })
    expect((await run('A', 30_000, elsewhere)).status).toBe(200)
    expect(secondsOf({ lastUse: await lastUse('A') })).toBe(0)
    expect((await run('A', 90_000, elsewhere)).status).toBe(200)
    expect(secondsOf({ lastUse: await lastUse('A') })).toBe(90)
  })

  it('stores again what could not be written', async () => {
    const { store } = api.deps
    let fails = true
    const recordAll: typeof store.recordAll = (records) =>
      fails ? Promise.reject(new Error('The disk is full.')) : store.recordAll(records)
    const failing = await openTestApp({ location, now, store: { ...store, recordAll } })
    const { set, run, key, lastUse } = await newTeamWithScopes()
    await set('team', 'A')
    const ask: typeof key.request = (method, url, body) => failing.request(method, url, body, { 'x-api-key': key.key })
    expect((await run('A', 0, ask)).status).toBe(500)
    expect(await lastUse('A')).toBeNull()
    fails = false
    expect((await run('A', 1, ask)).status).toBe(200)
    expect(await lastUse('A')).not.toBeNull()
  })

  it('does not count uses of a deleted secret for a new one', async () => {
    const { team, scopes, set, run, lastUse } = await newTeamWithScopes()
    await set('team', 'A')
    await run('A')
    await team.request('DELETE', `${scopes.team.secrets}/A`)
    await set('team', 'A')
    expect(await lastUse('A')).toBeNull()
  })
})

describe('the last use', () => {
  it('is included on request, in lists and for one secret', async () => {
    const { team, scopes, set, run, list } = await newTeamWithScopes()
    await set('team', 'A')
    expect((await list('team', 'include=lastUse')).items[0]?.lastUse).toBeNull()
    await run('A')
    expect((await list('team', '')).items[0]).not.toHaveProperty('lastUse')
    expect((await list('team', 'include=overlaps')).items[0]).not.toHaveProperty('lastUse')
    const both = (await list('team', 'include=lastUse,overlaps')).items[0]
    expect([both?.overlaps, secondsOf(both)]).toEqual([[], 0])
    const one = await team.request<Secret>('GET', `${scopes.team.secrets}/A?include=overlaps,lastUse`)
    expect(one.json).toEqual(both)
    const set2 = await team.request<Secret>('PUT', `${scopes.team.secrets}/A?include=lastUse`, { value: 'y' })
    expect(set2.json.lastUse).toEqual(both?.lastUse)
  })

  it.each([
    'include=uses',
    'include=overlaps,',
    'include=',
    'include=lastuse',
    'unused=0',
    'unused=3651',
    'unused=1.5',
    'unused=',
    'unused=never',
  ])('is not requested by %s', async (query) => {
    const { team, scopes } = await newTeamWithScopes()
    const { status, json } = await team.request<Failure>('GET', `${scopes.team.secrets}?${query}`)
    expect([status, json.code]).toEqual([400, 'BAD_REQUEST'])
  })

  it('names no project to a person or limited key that may not see it', async () => {
    const { team, set, pair, run, lastUse } = await newTeamWithScopes()
    await set('gpu', 'A')
    await team.request('PUT', `/v1/projects/${pair.projectId}/access`, { access: 'chosen' })
    await run('A')
    const member = await team.join('member')
    const second = await team.scope('project', 'second')
    const limited = await team.key({ projectId: second.id, clusterId: pair.clusterId })
    const places = async (ask: typeof member.request) => {
      const use = await lastUse('A', 'gpu', ask)
      return [secondsOf({ lastUse: use }), use?.project, use?.cluster?.name]
    }
    expect(await places(team.request)).toEqual([0, { id: pair.projectId, name: 'web' }, 'gpu'])
    expect(await places(member.request)).toEqual([0, null, 'gpu'])
    expect(await places(limited.request)).toEqual([0, null, 'gpu'])
  })
})

describe('the filter of unused secrets', () => {
  it('finds secrets that were never used, or neither used nor set for some days', async () => {
    const { set, run, list } = await newTeamWithScopes()
    await set('team', 'LONG_AGO', 'NEVER', 'USED', 'SET')
    await run('LONG_AGO')
    await run('USED', 80 * day)
    await set('team', 'SET')
    clock = start + 91 * day
    const found = async (query: string) => {
      const { items, total } = await list('team', query)
      return [items.map(({ name }) => name).join(' '), total]
    }
    expect(await found('unused=ever')).toEqual(['NEVER SET', 2])
    expect(await found('unused=90')).toEqual(['LONG_AGO NEVER', 2])
    expect(await found('unused=92')).toEqual(['', 0])
    expect(await found('unused=10&q=E')).toEqual(['NEVER SET USED', 3])
    expect(await found('unused=10&order=desc&limit=1')).toEqual(['USED', 4])
    expect(await found('')).toEqual(['LONG_AGO NEVER SET USED', 4])
  })

  it('is current at once, also for a repeated list', async () => {
    const { set, run, list } = await newTeamWithScopes()
    await set('team', 'A', 'B')
    expect((await list('team', 'unused=ever')).total).toBe(2)
    await run('A')
    expect((await list('team', 'unused=ever')).items.map(({ name }) => name)).toEqual(['B'])
  })

  it('pages without losing or repeating a name', async () => {
    const { set, run, list } = await newTeamWithScopes()
    const names = Array.from({ length: 11 }, (_, index) => `N${String(index).padStart(2, '0')}`)
    await set('team', ...names)
    await run('N03 N07')
    const walked: string[] = []
    let after: string | null = ''
    while (after !== null) {
      const page: Page<Secret> = await list('team', `unused=ever&limit=4${after && `&after=${after}`}`)
      expect(page.total).toBe(9)
      walked.push(...page.items.map(({ name }) => name))
      after = page.nextPage
    }
    expect(walked).toEqual(names.filter((name) => name !== 'N03' && name !== 'N07'))
  })
})
