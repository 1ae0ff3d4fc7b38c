import { describe, expect, it } from 'vitest'
import { openTestApp } from '#server/testing/app/test-app.ts'
import type { Page } from '#shared/page.ts'
import { scopeKinds } from '#shared/scope.ts'
import type { Overlap, Secret } from '#shared/secret.ts'

const api = await openTestApp()

const filledTeam = async () => {
  const team = await api.newTeam()
  const scopes = {
    team: await team.scope('team'),
    cluster: await team.scope('cluster', 'gpu-1'),
    project: await team.scope('project', 'web'),
  }
  const set = (secrets: string, name: string) => team.request('PUT', `${secrets}/${name}`, { value: 'x' })
  const overlaps = async (secrets: string, name: string): Promise<Overlap[]> => {
    const one = await team.request<Secret>('GET', `${secrets}/${name}?include=overlaps`)
    const list = await team.request<Page<Secret>>('GET', `${secrets}?include=overlaps`)
    const listed = list.json.items.find((item) => item.name === name)
    expect(listed?.overlaps).toEqual(one.json.overlaps)
    return one.json.overlaps ?? []
  }
  return { ...team, scopes, set, overlaps }
}

describe('the overlaps of a secret', () => {
  it('list in each scope which others it overrides and which override it', async () => {
    const { scopes, set, overlaps, id } = await filledTeam()
    for (const kind of scopeKinds) await set(scopes[kind].secrets, 'A')
    const found = async (kind: (typeof scopeKinds)[number]) =>
      (await overlaps(scopes[kind].secrets, 'A')).map((overlap) => `${overlap.relation} ${overlap.kind}`).toSorted()
    expect(await found('team')).toEqual(['overriddenBy cluster', 'overriddenBy project'])
    expect(await found('cluster')).toEqual(['overriddenBy project', 'overrides team'])
    expect(await found('project')).toEqual(['overrides cluster', 'overrides team'])
    const ofProject = await overlaps(scopes.project.secrets, 'A')
    expect(ofProject.find(({ kind }) => kind === 'team')?.examples).toEqual([{ id, name: 'Test team' }])
    expect(ofProject.find(({ kind }) => kind === 'cluster')?.examples).toEqual([
      { id: scopes.cluster.id, name: 'gpu-1' },
    ])
  })

  it('count all and name three', async () => {
    const { scope, scopes, set, overlaps } = await filledTeam()
    await set(scopes.team.secrets, 'A')
    for (const name of ['d', 'c', 'b', 'a']) await set((await scope('project', name)).secrets, 'A')
    expect(await overlaps(scopes.team.secrets, 'A')).toEqual([
      {
        relation: 'overriddenBy',
        kind: 'project',
        count: 4,
        examples: ['a', 'b', 'c'].map((name) => ({ id: expect.any(String), name })),
      },
    ])
  })

  it('are empty for scopes of the same kind, and for another name', async () => {
    const { scope, scopes, set, overlaps } = await filledTeam()
    await set(scopes.project.secrets, 'A')
    await set((await scope('project')).secrets, 'A')
    await set(scopes.team.secrets, 'B')
    expect(await overlaps(scopes.project.secrets, 'A')).toEqual([])
  })

  it('end when the other secret or its scope is deleted', async () => {
    const { scopes, set, overlaps, request } = await filledTeam()
    for (const kind of scopeKinds) await set(scopes[kind].secrets, 'A')
    await request('DELETE', `${scopes.cluster.secrets}/A`)
    await request('DELETE', `/v1/projects/${scopes.project.id}`)
    expect(await overlaps(scopes.team.secrets, 'A')).toEqual([])
  })

  it('are in the answers to writes, only on request', async () => {
    const { scopes, set, request } = await filledTeam()
    await set(scopes.team.secrets, 'A')
    const path = scopes.project.secrets
    const asked = [
      await request<Secret>('POST', `${path}?include=overlaps`, { name: 'A', value: 'x' }),
      await request<Secret>('PUT', `${path}/A?include=overlaps`, { value: 'x' }),
      await request<Secret>('PATCH', `${path}/A?include=overlaps`, { value: 'x' }),
    ]
    for (const { json } of asked) expect(json.overlaps?.map(({ relation }) => relation)).toEqual(['overrides'])
    expect((await request('GET', `${path}/A`)).json).not.toHaveProperty('overlaps')
  })
})
