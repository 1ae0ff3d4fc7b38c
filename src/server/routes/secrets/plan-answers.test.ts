import { describe, expect, inject, it } from 'vitest'
import { confirmedHeader } from '#server/testing/app/identity-by-header.ts'
import { newTeamForPlans } from '#server/testing/app/team-for-plans.ts'
import { openTestApp } from '#server/testing/app/test-app.ts'

const apps = {
  SQLite: await openTestApp(),
  PostgreSQL: await openTestApp({ location: { kind: 'postgres', url: inject('postgres') } }),
}
const everywhere = { team: ['A'], cluster: ['A'], project: ['A'] }

describe.each(Object.entries(apps))('a plan on %s', (_label, api) => {
  it('of a new secret lists what it overrides, with the number of pairs and their names', async () => {
    const { scopes, made, planSet, id } = await newTeamForPlans(api, { team: ['A'], cluster: ['A'] })
    await made('project', 'api')
    const own = { kind: 'project', id: scopes.project.id, name: 'web', version: 1 }
    const gpu = { id: scopes.cluster.id, name: 'gpu' }
    const ofTeam = { kind: 'team', id, name: 'Team', version: 1 }
    const ofCluster = { kind: 'cluster', ...gpu, version: 1 }
    const web = { id: scopes.project.id, name: 'web' }
    expect(await planSet(scopes.project.secret('A'))).toEqual({
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      change: 'set',
      secret: null,
      secrets: 1,
      affected: 2,
      pairs: 6,
      outcomes: expect.arrayContaining([
        { before: ofCluster, after: own, pairs: 1 },
        { before: ofTeam, after: own, pairs: 1 },
      ]),
      examples: [
        { project: web, cluster: null, before: ofTeam, after: own },
        { project: web, cluster: gpu, before: ofCluster, after: own },
      ],
      uses: [],
      usesTotal: 0,
    })
  })

  it('of a new value has the current secret, and the pairs that get the new version', async () => {
    const { scopes, plan, request } = await newTeamForPlans(api, everywhere)
    const { json: secret } = await request('GET', scopes.cluster.secret('A'))
    for (const method of ['PUT', 'PATCH']) {
      const { json } = await plan(method, scopes.cluster.secret('A'), {})
      expect(json).toMatchObject({ change: 'edit', secret, secrets: 1, affected: 1, pairs: 4 })
      expect(json.outcomes).toMatchObject([
        { before: { version: 1 }, after: { version: 2, kind: 'cluster' }, pairs: 1 },
      ])
      expect(json.examples).toMatchObject([{ project: null, cluster: { name: 'gpu' } }])
    }
  })

  it('of a deletion lists what workloads fall back to, or that they lose the variable', async () => {
    const { scopes, planDelete, request } = await newTeamForPlans(api, { team: ['A', 'B'], project: ['A'] })
    const before = { kind: 'project', id: scopes.project.id, name: 'web', version: 1 }
    expect(await planDelete(scopes.project.secret('A'))).toMatchObject({
      change: 'delete',
      affected: 2,
      outcomes: [{ before, after: { kind: 'team', version: 1 }, pairs: 2 }],
    })
    await request('DELETE', scopes.team.secret('A'))
    expect((await planDelete(scopes.project.secret('A'))).outcomes).toEqual([{ before, after: null, pairs: 2 }])
    expect(await planDelete(scopes.team.secret('B'))).toMatchObject({ affected: 4, pairs: 4 })
  })

  it('of deleting a project or a cluster counts its secrets and pairs', async () => {
    const { scopes, made, planDelete } = await newTeamForPlans(api, { project: ['A', 'B'] })
    await made('cluster', 'other')
    const nobody = { secret: null, outcomes: [], examples: [], pairs: 6, change: 'deleteScope' }
    expect(await planDelete(scopes.project.path)).toMatchObject({ ...nobody, secrets: 2, affected: 3 })
    expect(await planDelete(scopes.cluster.path)).toMatchObject({ ...nobody, secrets: 0, affected: 2 })
  })

  it('of a project’s or cluster’s new name or type affects no pair', async () => {
    const { scopes, plan } = await newTeamForPlans(api, everywhere)
    const nothing = { change: 'renameScope', secret: null, secrets: 0, affected: 0, pairs: 4 }
    expect((await plan('PATCH', scopes.project.path, { name: 'other' })).json).toMatchObject(nothing)
    expect((await plan('PATCH', scopes.cluster.path, { type: 'slurm' })).json).toMatchObject(nothing)
  })

  it('changes nothing, records only comparisons, uses no revision and has no value', async () => {
    const { scopes, plan, request, id } = await newTeamForPlans(api, everywhere)
    const paths = Object.values(scopes).map(({ secrets }) => secrets)
    const all = async () => [
      ...(await Promise.all(
        [...paths, '/v1/projects', '/v1/clusters', '/v1/audit'].map((path) => request('GET', path)),
      )),
      ...(await Promise.all(Object.values(scopes).map((scope) => api.deps.store.revision(id, scope)))),
    ]
    const texts = async () => (await all()).map((one) => (typeof one === 'number' ? one : one.text))
    const before = await texts()
    const answers = []
    for (const { secret, secrets } of Object.values(scopes)) {
      answers.push(await plan('POST', secrets, { name: 'NEW', value: 'canary' }))
      answers.push(await plan('PUT', secret('NEW'), { value: 'canary' }))
      answers.push(await plan('PUT', secret('A'), {}))
      answers.push(await plan('PATCH', secret('A'), {}))
      answers.push(await plan('DELETE', secret('A')))
    }
    for (const { path } of [scopes.project, scopes.cluster]) {
      answers.push(await plan('PATCH', path, { name: 'NEW' }))
      answers.push(await plan('DELETE', path))
    }
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    for (const { text } of answers) expect(text).not.toContain('canary')
    expect(await texts()).toEqual(before)
    for (const { secret } of Object.values(scopes)) {
      for (const method of ['PUT', 'PATCH']) {
        expect((await plan(method, secret('A'), { value: 'canary' })).text).not.toContain('canary')
      }
    }
    const trail = paths.length + 2
    expect((await texts()).toSpliced(trail, 1)).toEqual(before.toSpliced(trail, 1))
  })

  it('needs no confirmation of the password: it deletes nothing', async () => {
    const { scopes, plan, request } = await newTeamForPlans(api)
    const longAgo = { [confirmedHeader]: `${11 * 60_000}` }
    expect((await plan('DELETE', scopes.project.path, undefined, longAgo)).status).toBe(200)
    expect((await request('DELETE', scopes.project.path, undefined, longAgo)).status).toBe(403)
  })

  it('fails like the change when its conditions are not met', async () => {
    const { scopes, plan, request } = await newTeamForPlans(api, everywhere)
    const { secret, secrets } = scopes.project
    const other = { 'if-match': '"0"' }
    const unknown = '/v1/projects/pr0000000000'
    const asked: [number, string, string, unknown?, Record<string, string>?][] = [
      [409, 'POST', secrets, { name: 'A', value: 'x' }],
      [409, 'POST', secrets, { name: 'a', value: 'x' }],
      [409, 'PUT', secret('a'), { value: 'x' }],
      [412, 'PUT', secret('A'), { value: 'x' }, other],
      [412, 'PUT', secret('A'), { value: 'x' }, { 'if-none-match': '*' }],
      [412, 'PATCH', secret('A'), { value: 'x' }, other],
      [404, 'PATCH', secret('B'), { value: 'x' }],
      [412, 'DELETE', secret('A'), undefined, other],
      [404, 'DELETE', secret('B')],
      [404, 'DELETE', secret('a')],
      [404, 'PUT', `${unknown}/secrets/A`, { value: 'x' }],
      [404, 'DELETE', `${unknown}/secrets/A`],
      [404, 'PATCH', unknown, { name: 'x' }],
      [404, 'DELETE', unknown],
      [400, 'PATCH', scopes.project.path, {}],
      [400, 'PUT', secret('a b'), { value: 'x' }],
    ]
    for (const [status, ...ask] of asked) {
      const [planned, changed] = [await plan(...ask), await request(...ask)]
      expect([...ask, planned.status, planned.text]).toEqual([...ask, status, changed.text])
    }
  })

  it('needs no value, unlike the change; an invalid one is refused by both', async () => {
    const { scopes, request, plan } = await newTeamForPlans(api, everywhere)
    const { secret, secrets } = scopes.project
    for (const [method, path, body] of [
      ['POST', secrets, { name: 'NEW' }],
      ['PUT', secret('A'), {}],
      ['PATCH', secret('A'), {}],
    ] as const) {
      expect([method, (await plan(method, path, body)).status]).toEqual([method, 200])
      for (const query of ['', '?dryRun=false']) {
        const { status, json } = await request(method, `${path}${query}`, body)
        const issues = [{ message: 'Type a value.', path: ['value'] }]
        expect([status, json]).toEqual([400, { code: 'BAD_REQUEST', message: 'Type a value.', issues }])
      }
      for (const value of ['', null, 1, 'a\0']) {
        expect([method, value, (await plan(method, path, { ...body, value })).status]).toEqual([method, value, 400])
      }
    }
  })

  it.each(['TRUE', '1', 'yes', ''])('is not requested by dryRun=%s, which is refused', async (word) => {
    const { scopes, request } = await newTeamForPlans(api, everywhere)
    for (const [method, path, body] of [
      ['POST', scopes.project.secrets, { name: 'NEW', value: 'x' }],
      ['PUT', scopes.project.secret('A'), { value: 'x' }],
      ['PATCH', scopes.project.secret('A'), { value: 'x' }],
      ['DELETE', scopes.project.secret('A')],
      ['PATCH', scopes.project.path, { name: 'x' }],
      ['DELETE', scopes.project.path],
    ] as const) {
      const { status, json } = await request(method, `${path}?dryRun=${word}`, body)
      expect([method, status, json.message]).toEqual([method, 400, 'Say “true” or “false” for “dryRun”.'])
    }
  })
})
