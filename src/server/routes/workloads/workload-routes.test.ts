import { describe, expect, it } from 'vitest'
import { openTestApp } from '#server/testing/app/test-app.ts'
import type { Failure } from '#shared/failure.ts'
import type { EffectiveMatrix, Resolved } from '#shared/workload/workload.ts'

const api = await openTestApp()
const path = '/v1/workloads/resolve'

/** A team with a project and a cluster, secrets in each, and a key that runs workloads there. */
const newTeamWithScopes = async (
  set: Partial<Record<'team' | 'cluster' | 'project', Record<string, string>>> = {},
  of = api,
) => {
  const team = await of.newTeam()
  const scopes = {
    team: await team.scope('team'),
    cluster: await team.scope('cluster', 'gpu-1'),
    project: await team.scope('project', 'web'),
  }
  for (const [kind, values] of Object.entries(set)) {
    const { secrets } = scopes[kind as keyof typeof scopes]
    for (const [name, value] of Object.entries(values)) await team.request('PUT', `${secrets}/${name}`, { value })
  }
  const pair = { projectId: scopes.project.id, clusterId: scopes.cluster.id }
  const { request: run, id: keyId } = await team.key({ access: ['run'], ...pair })
  const resolve = <Content = Resolved>(asked: object) => run<Content>('POST', path, { ...pair, ...asked })
  return { team, scopes, pair, keyId, run, resolve }
}

const three = {
  team: { A: 'team', B: 'team', C: 'team' },
  cluster: { A: 'cluster', B: 'cluster' },
  project: { A: 'project' },
}

describe('resolving', () => {
  it('prefers the project’s value to the cluster’s, and that to the team’s, and returns the sources', async () => {
    const { resolve, scopes } = await newTeamWithScopes(three)
    const { status, json, headers } = await resolve({
      env: { X: 'secret:A', Y: 'SECRET:B', Z: 'secret:C', L: 'plain' },
    })
    expect(status).toBe(200)
    expect(headers.get('cache-control')).toBe('no-store')
    expect(json.env).toEqual({ X: 'project', Y: 'cluster', Z: 'team', L: 'plain' })
    expect(json.sources.X).toEqual({
      from: 'secret',
      name: 'A',
      winner: { kind: 'project', id: scopes.project.id, name: 'web', version: 1 },
      overridden: [
        { kind: 'cluster', id: scopes.cluster.id, name: 'gpu-1', version: 1 },
        { kind: 'team', id: scopes.team.id, name: expect.any(String), version: 1 },
      ],
    })
    expect(json.sources.L).toEqual({ from: 'literal' })
  })

  it('returns the exact bytes of values', async () => {
    const value = '\ufeff-----BEGIN-----\r\n"=\' $X\n\u2028😀\n'
    const { resolve } = await newTeamWithScopes({ project: { A: value } })
    expect((await resolve({ env: { X: 'secret:A' } })).json.env.X).toBe(value)
  })

  it('does not change text that only contains a reference', async () => {
    const { resolve } = await newTeamWithScopes(three)
    const env = { A: 'see secret:A', B: 'Secret:A', C: ' secret:A', D: '' }
    expect((await resolve({ env })).json.env).toEqual(env)
  })

  it('returns all names, or only some, under their own names', async () => {
    const { resolve } = await newTeamWithScopes({
      ...three,
      cluster: { ...three.cluster, 'not-a-variable': 'x', PATH: 'x' },
    })
    expect((await resolve({ all: true })).json.env).toEqual({ A: 'project', B: 'cluster', C: 'team' })
    expect((await resolve({ only: ['B', 'C'] })).json.env).toEqual({ B: 'cluster', C: 'team' })
    expect((await resolve({ env: { X: 'secret:not-a-variable' } })).json.env).toEqual({ X: 'x' })
  })

  it('returns a name that steers other programs only where a request asks for exactly that variable', async () => {
    const steering = ['PYTHONWARNINGS', 'BROWSER', 'GIT_CONFIG_COUNT', 'npm_config_node_options', 'http_proxy', 'PATH']
    const { resolve } = await newTeamWithScopes({
      team: { ...Object.fromEntries(steering.map((name) => [name, 'x'])), PAPERSPACE_CONFIG_HOST: 'x', API_KEY: 'y' },
    })
    expect((await resolve({ all: true })).json.env).toEqual({ API_KEY: 'y' })
    expect((await resolve({ all: true, only: ['http_proxy'] })).json.env).toEqual({ API_KEY: 'y', http_proxy: 'x' })
    const env = { BROWSER: 'secret:BROWSER', PATH: 'secret:API_KEY', LD_PRELOAD: 'text' }
    expect((await resolve({ env })).json.env).toEqual({ BROWSER: 'x', PATH: 'y', LD_PRELOAD: 'text' })
  })

  it('fails when names are missing, and lists all of them with the searched scopes', async () => {
    const { resolve } = await newTeamWithScopes({ project: { A: 'canary' } })
    const { status, json, text } = await resolve<Failure>({ env: { X: 'secret:A', Y: 'secret:NONE', Z: 'secret:a' } })
    expect([status, json.code]).toEqual([404, 'NOT_FOUND'])
    for (const part of ['“NONE”', '“a”', 'project “web”', 'cluster “gpu-1”', 'team “'])
      expect(json.message).toContain(part)
    expect(json.issues).toHaveLength(2)
    expect(text).not.toContain('canary')
  })

  it.each([
    [{}, 'Say what to resolve'],
    [{ env: { X: 'secret:' } }, 'no name'],
    [{ env: { X: 'secret:a b' } }, 'no name'],
    [{ env: { 'a-b': 'x' } }, 'letters'],
    [{ only: ['__proto__'] }, 'variable of its own'],
    [{ only: ['a-b'] }, 'variable of its own'],
    [{ env: { X: 1 } }, 'text'],
    [{ env: Object.fromEntries(Array.from({ length: 1001 }, (_, n) => [`V${n}`, 'x'])) }, 'at most 1000'],
    [{ all: false }, ''],
  ])('refuses %#', async (asked, message) => {
    const { resolve } = await newTeamWithScopes(three)
    const { status, json } = await resolve<Failure>(asked)
    expect(status).toBe(400)
    expect(json.message).toContain(message)
  })

  it('resolves the maximum number of variables with names of maximum length', async () => {
    const names = Array.from({ length: 1000 }, (_, index) => `N${index}`.padEnd(128, '_'))
    const { resolve } = await newTeamWithScopes({ team: { [names[999] ?? '']: 'last' } })
    const env = Object.fromEntries(names.map((name, index) => [`V${index}`, index < 999 ? name : `secret:${name}`]))
    expect((await resolve({ env })).json.env.V999).toBe('last')
    const refused = await resolve<Failure>({ env: Object.fromEntries(names.map((name) => [name, `secret:${name}`])) })
    expect([refused.status, refused.json.issues?.length]).toEqual([404, 999])
  })

  it('runs one lookup for equal concurrent requests, and records each', async () => {
    const { store } = api.deps
    let looked = 0
    const holders: typeof store.holders = (...given) => {
      looked++
      return store.holders(...given)
    }
    const counting = await openTestApp({ store: { ...store, holders } })
    const { team, pair } = await newTeamWithScopes(three)
    const { key } = await team.key({ access: ['run'], ...pair })
    const ask = (env: object) => counting.request<Resolved>('POST', path, { ...pair, env }, { 'x-api-key': key })
    const answers = await Promise.all(
      [...Array(8)].map((_, index) => ask(index < 6 ? { X: 'secret:A' } : { Y: 'secret:B' })),
    )
    expect(answers.map(({ json }) => json.env)).toEqual([
      ...Array(6).fill({ X: 'project' }),
      ...Array(2).fill({ Y: 'cluster' }),
    ])
    expect(looked).toBe(2)
    const { json } = await team.request<{ total: number }>('GET', '/v1/audit?action=workload.resolve')
    expect(json.total).toBe(8)
    await team.request('PUT', `/v1/projects/${pair.projectId}/secrets/A`, { value: 'changed' })
    expect((await ask({ X: 'secret:A' })).json.env).toEqual({ X: 'changed' })
  })

  it('resolves an ephemeral secret by its id', async () => {
    const { resolve, team } = await newTeamWithScopes()
    const { json } = await team.request<{ A: string }>('POST', '/secrets/ephemeral', { A: 'for once' })
    const answer = await resolve({ env: { X: `secret:ephemeral:${json.A}` } })
    expect(answer.json.env).toEqual({ X: 'for once' })
    expect((await resolve({ env: { X: 'secret:ephemeral:es0000000000' } })).status).toBe(404)
  })

  it('is recorded before it answers, with the names and without a value', async () => {
    const { resolve, team, keyId, scopes } = await newTeamWithScopes({ project: { A: 'canary' } })
    await Promise.all(Array.from({ length: 20 }, () => resolve({ env: { X: 'secret:A', Y: 'a canary too' } })))
    const { json, text } = await team.request<{ items: unknown[]; total: number }>(
      'GET',
      '/v1/audit?action=workload.resolve',
    )
    expect(json.total).toBe(20)
    expect(json.items[0]).toMatchObject({
      key: { id: keyId },
      scope: { id: scopes.project.id },
      detail: '1 for project web on cluster gpu-1: A',
    })
    expect(text).not.toContain('canary')
  })

  it('fails when it cannot be recorded', async () => {
    const recordAll = () => Promise.reject(new Error('The disk is full.'))
    const broken = await openTestApp()
    const { store } = broken.deps
    const app = await openTestApp({ store: { ...store, recordAll } })
    // A team of the store that the app is given.
    const { team, pair } = await newTeamWithScopes(three, broken)
    const { key } = await team.key({ access: ['run'], ...pair })
    const { status, text } = await app.request('POST', path, { ...pair, env: { X: 'secret:A' } }, { 'x-api-key': key })
    expect(status).toBe(500)
    expect(text).not.toContain('"project"')
  })
})

describe('values', () => {
  it('are refused to every session, and to keys for managing', async () => {
    const { team, pair } = await newTeamWithScopes(three)
    const { request: manage } = await team.key({ access: ['manage'], ...pair })
    for (const ask of [team.request, (await team.join('member')).request, manage]) {
      const { status, text } = await ask('POST', path, { ...pair, all: true })
      expect(status).toBe(403)
      expect(text).not.toContain('"cluster"')
    }
  })

  it('are resolved with a limited key only for its own pair', async () => {
    const { run, pair, team } = await newTeamWithScopes(three)
    const other = await team.scope('project', 'other')
    const { projectId, clusterId } = pair
    for (const asked of [
      {},
      { projectId },
      { clusterId },
      { projectId: other.id, clusterId },
      { projectId: other.id },
    ]) {
      expect([asked, (await run('POST', path, { ...asked, all: true })).status]).toEqual([asked, 403])
    }
  })

  it('are resolved with an unlimited key only while its owner is an owner or an admin', async () => {
    const { team, pair } = await newTeamWithScopes(three)
    const admin = await team.join('admin')
    const { request } = await team.key({ access: ['run'] }, admin)
    expect((await request('POST', path, { ...pair, all: true })).status).toBe(200)
    await team.request('PATCH', `/v1/members/${admin.id}`, { role: 'member' })
    expect((await request('POST', path, { ...pair, all: true })).status).toBe(403)
  })

  it('of another team are not found', async () => {
    const { resolve, team } = await newTeamWithScopes(three)
    const other = await newTeamWithScopes(three)
    const { request } = await team.key({ access: ['run'] })
    expect((await request('POST', path, { ...other.pair, all: true })).status).toBe(404)
    expect((await resolve({ all: true })).status).toBe(200)
  })
})

describe('the effective view', () => {
  it('names no project that the person may not see', async () => {
    const { team, pair } = await newTeamWithScopes(three)
    await team.request('PUT', `/v1/projects/${pair.projectId}/access`, { access: 'chosen' })
    const { request } = await team.join('member')
    const { json } = await request<EffectiveMatrix>('GET', '/v1/effective')
    expect(json.scopes.map(({ kind }) => kind).sort()).toEqual(['cluster', 'team'])
    expect((await request('GET', `/v1/effective?projectId=${pair.projectId}`)).status).toBe(404)
    expect((await request('GET', `/v1/effective/A?projectId=${pair.projectId}`)).status).toBe(404)
  })

  it('includes scopes without secrets', async () => {
    const { team, pair } = await newTeamWithScopes()
    const { json } = await team.request<EffectiveMatrix>('GET', `/v1/effective?projectId=${pair.projectId}`)
    expect(json).toEqual({
      names: [],
      scopes: expect.arrayContaining([expect.objectContaining({ id: pair.clusterId, secrets: [] })]),
    })
  })
})
