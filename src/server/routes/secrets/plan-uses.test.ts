import { describe, expect, inject, it } from 'vitest'
import { newTeamForPlans } from '#server/testing/app/team-for-plans.ts'
import { openTestApp } from '#server/testing/app/test-app.ts'
import { planExamples } from '#shared/plans/plan.ts'

const day = 24 * 3_600_000
let clock = Date.now()
const now = () => clock
const apps = {
  SQLite: await openTestApp({ now }),
  PostgreSQL: await openTestApp({ now, location: { kind: 'postgres', url: inject('postgres') } }),
}

describe.each(Object.entries(apps))('the uses in a plan on %s', (_label, api) => {
  it('are those of the existing secret, newest first, with their keys and places', async () => {
    const { scopes, planSet, planDelete, use, owner } = await newTeamForPlans(api, { team: ['A', 'B'] })
    const pair = { projectId: scopes.project.id, clusterId: scopes.cluster.id }
    const first = await use({ clusterId: pair.clusterId }, 'A', 'B')
    clock += 1000
    const second = await use(pair, 'A')
    const uses = [
      {
        at: new Date(clock).toISOString(),
        secret: 'A',
        version: 1,
        key: { id: second, name: 'trainer' },
        by: { id: owner.id, name: owner.name },
        project: { id: pair.projectId, name: 'web' },
        cluster: { id: pair.clusterId, name: 'gpu' },
      },
      expect.objectContaining({ secret: 'A', key: { id: first, name: 'trainer' }, project: null }),
    ]
    for (const plan of [await planSet(scopes.team.secret('A')), await planDelete(scopes.team.secret('A'))]) {
      expect([plan.uses, plan.usesTotal]).toEqual([uses, 2])
    }
  })

  it('are those of the secrets that a new secret of a project overrides', async () => {
    const { scopes, made, planSet, use } = await newTeamForPlans(api, { team: ['A', 'B'], cluster: ['A'] })
    const other = await made('project', 'other')
    const pair = { projectId: scopes.project.id, clusterId: scopes.cluster.id }
    await use(pair, 'A', 'B')
    await use({ projectId: pair.projectId }, 'A')
    await use({ ...pair, projectId: other.id }, 'A')
    const { uses, usesTotal } = await planSet(scopes.project.secret('A'))
    expect(uses.map(({ secret, project }) => [secret, project?.name])).toEqual([
      ['A', 'web'],
      ['A', 'web'],
    ])
    expect(usesTotal).toBe(2)
    expect(await planSet(scopes.project.secret('NEW'))).toMatchObject({ uses: [], usesTotal: 0 })
  })

  it('are those of the secrets that a new secret of a cluster overrides, and not of those that override it', async () => {
    const { scopes, made, planSet, use } = await newTeamForPlans(api, { team: ['A'], project: ['A'] })
    const other = await made('project', 'other')
    const clusterId = scopes.cluster.id
    await use({ projectId: scopes.project.id, clusterId }, 'A')
    await use({ projectId: other.id, clusterId }, 'A')
    await use({ projectId: other.id }, 'A')
    const { uses, usesTotal } = await planSet(scopes.cluster.secret('A'))
    expect([uses.map(({ project }) => project?.name), usesTotal]).toEqual([['other'], 1])
  })

  it('are empty for a new secret of the team, which overrides nothing', async () => {
    const { scopes, planSet, use } = await newTeamForPlans(api, { project: ['A'] })
    await use({ projectId: scopes.project.id }, 'A')
    expect(await planSet(scopes.team.secret('A'))).toMatchObject({ affected: 2, uses: [], usesTotal: 0 })
  })

  it('are all on a project or a cluster that is deleted or renamed', async () => {
    const { scopes, plan, planDelete, use } = await newTeamForPlans(api, {
      team: ['A'],
      project: ['B'],
      cluster: ['C'],
    })
    await use({ projectId: scopes.project.id, clusterId: scopes.cluster.id }, 'A', 'B', 'C')
    await use({ clusterId: scopes.cluster.id }, 'A')
    const project = await planDelete(scopes.project.path)
    expect([project.uses.map(({ secret }) => secret), project.usesTotal]).toEqual([['A', 'B', 'C'], 3])
    const { json: cluster } = await plan('PATCH', scopes.cluster.path, { name: 'new' })
    expect(cluster.usesTotal).toBe(4)
  })

  it('are those of the past 30 days', async () => {
    const { scopes, planDelete, use } = await newTeamForPlans(api, { team: ['A'] })
    await use({ projectId: scopes.project.id }, 'A')
    clock += 30 * day
    expect((await planDelete(scopes.team.secret('A'))).usesTotal).toBe(1)
    clock += 1
    expect(await planDelete(scopes.team.secret('A'))).toMatchObject({ uses: [], usesTotal: 0 })
  })

  it('are limited to the number that a plan lists, with their total; they do not change its hash', async () => {
    const { scopes, planDelete, use } = await newTeamForPlans(api, { team: ['A'] })
    const { hash } = await planDelete(scopes.team.secret('A'))
    for (let count = 0; count < planExamples + 2; count++) await use({ projectId: scopes.project.id }, 'A')
    const plan = await planDelete(scopes.team.secret('A'))
    expect([plan.hash, plan.uses.length, plan.usesTotal]).toEqual([hash, planExamples, planExamples + 2])
  })
})
