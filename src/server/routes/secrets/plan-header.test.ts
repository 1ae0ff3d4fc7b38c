import { describe, expect, inject, it } from 'vitest'
import { newTeamForPlans } from '#server/testing/app/team-for-plans.ts'
import { openTestApp } from '#server/testing/app/test-app.ts'
import type { Failure } from '#shared/failure.ts'
import { type Plan, planHeader } from '#shared/plans/plan.ts'
import type { Secret } from '#shared/secret.ts'

const apps = {
  SQLite: await openTestApp(),
  PostgreSQL: await openTestApp({ location: { kind: 'postgres', url: inject('postgres') } }),
}
const everywhere = { team: ['A'], cluster: ['A'], project: ['A'] }

type TeamForPlans = Awaited<ReturnType<typeof newTeamForPlans>>

/** Every change that can be planned: of the project’s secret A, a new secret B, the project and the cluster. */
const changes: [string, (team: TeamForPlans) => [method: string, path: string, body: unknown], number][] = [
  ['a new secret by POST', ({ scopes }) => ['POST', scopes.project.secrets, { name: 'B', value: 'x' }], 201],
  ['a new secret by PUT', ({ scopes }) => ['PUT', scopes.project.secret('B'), { value: 'x' }], 201],
  ['a new value by PUT', ({ scopes }) => ['PUT', scopes.project.secret('A'), { value: 'x' }], 200],
  ['a new value by PATCH', ({ scopes }) => ['PATCH', scopes.project.secret('A'), { value: 'x' }], 200],
  ['a delete', ({ scopes }) => ['DELETE', scopes.project.secret('A'), undefined], 200],
  ['a project’s new name', ({ scopes }) => ['PATCH', scopes.project.path, { name: 'new' }], 200],
  ['a cluster’s new type', ({ scopes }) => ['PATCH', scopes.cluster.path, { type: 'slurm' }], 200],
  ['deleting a project', ({ scopes }) => ['DELETE', scopes.project.path, undefined], 200],
  ['deleting a cluster', ({ scopes }) => ['DELETE', scopes.cluster.path, undefined], 200],
]

describe.each(Object.entries(apps))('a change with an expected plan on %s', (_label, api) => {
  it.each(changes)(
    'is refused with the new plan after another change, and accepted with the hash of the new plan: %s',
    async (_what, changeOf, status) => {
      const team = await newTeamForPlans(api, everywhere)
      const change = changeOf(team)
      const { hash } = (await team.plan(...change)).json
      await team.made('cluster')
      const refused = await team.request<Failure>(...change, { [planHeader]: hash })
      expect([refused.status, refused.json.code]).toEqual([409, 'CONFLICT'])
      expect(refused.json.message).toContain('Nothing was changed')
      const { plan } = refused.json.issues[0] as { plan: Plan }
      // The new plan says nothing about the value of the change.
      const { same: _, ...now } = (await team.plan(...change)).json
      expect(plan).toEqual(now)
      expect(plan.hash).not.toBe(hash)
      expect((await team.request(...change, { [planHeader]: plan.hash })).status).toBe(status)
    },
  )

  it.each(changes)('is refused when the plan is not a hash: %s', async (_what, changeOf) => {
    const team = await newTeamForPlans(api, everywhere)
    const change = changeOf(team)
    const { hash } = (await team.plan(...change)).json
    for (const wrong of ['', 'x', hash.slice(1), `${hash}0`, hash.toUpperCase(), `"${hash}"`, '*']) {
      const { status, json } = await team.request(...change, { [planHeader]: wrong })
      expect([wrong, status]).toEqual([wrong, 400])
      expect(json.message).toContain('64 characters')
    }
  })

  it('is refused with the plan of another change', async () => {
    const { scopes, planSet, request } = await newTeamForPlans(api, everywhere)
    const { hash } = await planSet(scopes.project.secret('A'))
    const headers = { [planHeader]: hash }
    expect((await request('DELETE', scopes.project.secret('A'), undefined, headers)).status).toBe(409)
    expect((await request('PUT', scopes.project.secret('B'), { value: 'x' }, headers)).status).toBe(409)
    expect((await request('PUT', scopes.team.secret('A'), { value: 'x' }, headers)).status).toBe(409)
  })

  it('of a new secret is refused when it was set meanwhile: the new plan has the existing one', async () => {
    const { scopes, planSet, put, request } = await newTeamForPlans(api)
    const { hash } = await planSet(scopes.project.secret('A'))
    const { json: secret } = await put(scopes.project.secret('A'))
    const { json } = await request<Failure>('PUT', scopes.project.secret('A'), { value: 'x' }, { [planHeader]: hash })
    expect(json.issues[0]?.plan).toMatchObject({ change: 'edit', secret })
  })

  it('is refused when a secret was deleted and created again with the same version', async () => {
    const { scopes, planSet, put, request } = await newTeamForPlans(api, everywhere)
    const { hash } = await planSet(scopes.project.secret('A'))
    await request('DELETE', scopes.project.secret('A'))
    expect((await put(scopes.project.secret('A'))).json.version).toBe(1)
    const { status } = await request('PUT', scopes.project.secret('A'), { value: 'x' }, { [planHeader]: hash })
    expect(status).toBe(409)
  })

  it('of a project is refused when as many other secrets would be deleted', async () => {
    const { scopes, planDelete, put, request } = await newTeamForPlans(api, everywhere)
    const { hash } = await planDelete(scopes.project.path)
    await request('DELETE', scopes.project.secret('A'))
    await put(scopes.project.secret('B'))
    expect((await request('DELETE', scopes.project.path, undefined, { [planHeader]: hash })).status).toBe(409)
  })

  it('is not refused after unrelated changes', async () => {
    const { scopes, made, put, planDelete, request, use } = await newTeamForPlans(api, everywhere)
    const other = await made('project', 'other')
    const { hash } = await planDelete(scopes.project.secret('A'))
    await put(other.secret('A'))
    await put(scopes.project.secret('B'))
    await put(scopes.team.secret('B'))
    await use({ projectId: scopes.project.id }, 'A')
    const { status } = await request('DELETE', scopes.project.secret('A'), undefined, { [planHeader]: hash })
    expect(status).toBe(200)
  })

  it('checks its other conditions first', async () => {
    const { scopes, planDelete, put, request } = await newTeamForPlans(api, everywhere)
    const { hash, secret } = await planDelete(scopes.project.secret('A'))
    await put(scopes.project.secret('A'), 'another')
    const headers = { [planHeader]: hash, 'if-match': (secret as Secret).etag }
    expect((await request('DELETE', scopes.project.secret('A'), undefined, headers)).status).toBe(412)
    await request('DELETE', scopes.project.secret('A'))
    expect((await request('DELETE', scopes.project.secret('A'), undefined, { [planHeader]: hash })).status).toBe(404)
  })

  it('causes no unexpected error', () => {
    expect(api.log.errors).toEqual([])
  })
})
