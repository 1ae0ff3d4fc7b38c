import { describe, expect, it } from 'vitest'
import { openTestApp } from '#server/testing/app/test-app.ts'
import { Failure } from '#shared/failure.ts'
import { plan } from '#shared/plans/plan.ts'
import { createClient } from './client.ts'

const api = await openTestApp()

/** A client of the real API, as the owner of a team of its own. */
const newClient = async () => {
  const { owner, id, scope } = await api.newTeam()
  const client = createClient({
    fetch: async (url, init) =>
      api.app.request(url, { ...init, headers: { ...(init.headers as object), 'test-person': owner.id } }),
  })
  return { client, team: { kind: 'team', id } as const, project: await scope('project', 'web') }
}

const failureOf = async (promise: Promise<unknown>): Promise<Failure> => {
  const error = await promise.catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(Failure)
  return error as Failure
}

describe('a plan of the client', () => {
  it('lists what setting and deleting a secret would affect, without a value, and changes nothing', async () => {
    const { client, team, project } = await newClient()
    const { name, version, etag, setBy } = await client.secrets.set(team, 'A', 'canary')
    const secret = { name, version, etag, setBy }
    expect(await client.secrets.planSet(project, 'A')).toMatchObject({ change: 'set', secret: null, affected: 1 })
    expect(await client.secrets.planSet(team, 'A')).toMatchObject({ change: 'edit', secret, affected: 2, pairs: 2 })
    expect(await client.secrets.planDelete(team, 'A')).toMatchObject({ change: 'delete', secret })
    expect((await client.secrets.get(team, 'A')).version).toBe(1)
    expect((await failureOf(client.secrets.planDelete(team, 'B'))).code).toBe('NOT_FOUND')
  })

  it('lists what deleting a project or a cluster would affect, and changes nothing', async () => {
    const { client, project } = await newClient()
    await client.secrets.set(project, 'A', 'x')
    const gpu = await client.clusters.create({ name: 'gpu', type: 'slurm' })
    expect(await client.projects.planDelete(project.id)).toMatchObject({ secrets: 1, affected: 2, pairs: 4 })
    expect(await client.clusters.planDelete(gpu.id)).toMatchObject({ secrets: 0, affected: 2, pairs: 4 })
    expect(await client.clusters.get(gpu.id)).toEqual(gpu)
  })

  it('allows the change that expects it while it is current', async () => {
    const { client, team, project } = await newClient()
    const { hash: setPermission } = await client.secrets.planSet(team, 'A')
    expect((await client.secrets.set(team, 'A', 'x', { plan: setPermission })).version).toBe(1)
    const { hash: toDelete } = await client.secrets.planDelete(team, 'A')
    await client.secrets.delete(team, 'A', { plan: toDelete })
    const { hash: toDeleteProject } = await client.projects.planDelete(project.id)
    await client.projects.delete(project.id, { plan: toDeleteProject })
    expect((await client.projects.list()).total).toBe(0)
  })

  it('is replaced in the conflict when it is outdated, and nothing is changed', async () => {
    const { client, team, project } = await newClient()
    await client.secrets.set(team, 'A', 'x')
    const plans = {
      set: await client.secrets.planSet(team, 'A'),
      delete: await client.secrets.planDelete(team, 'A'),
      project: await client.projects.planDelete(project.id),
    }
    await client.secrets.set(project, 'A', 'x')
    const conflicts = [
      [client.secrets.set(team, 'A', 'canary', { plan: plans.set.hash }), client.secrets.planSet(team, 'A')],
      [client.secrets.delete(team, 'A', { plan: plans.delete.hash }), client.secrets.planDelete(team, 'A')],
      [client.projects.delete(project.id, { plan: plans.project.hash }), client.projects.planDelete(project.id)],
    ] as const
    for (const [changed, planned] of conflicts) {
      const failure = await failureOf(changed)
      expect(failure.code).toBe('CONFLICT')
      expect(plan.parse(failure.issues[0]?.plan)).toEqual(await planned)
      expect(JSON.stringify(failure)).not.toContain('canary')
    }
    expect((await client.secrets.get(team, 'A')).version).toBe(1)
    expect((await client.projects.get(project.id)).secrets).toBe(1)
  })
})
