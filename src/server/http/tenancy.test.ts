import { describe, expect, it } from 'vitest'
import { scopeKinds } from '#shared/scope.ts'
import type { Session } from '#shared/session.ts'
import { filled, operationsOf, scopeKindOf } from '../testing/operations.ts'
import { openTestApp } from '../testing/test-app.ts'

const api = await openTestApp()
const operations = await operationsOf(api.request)
const aboutScopes = operations.filter(({ path }) => path.includes('{id}'))

/** A team with one scope of each kind, and in each the secret SAMPLE. */
const filledTeam = async () => {
  const team = await api.newTeam()
  const scopes = {
    team: await team.scope('team'),
    project: await team.scope('project'),
    cluster: await team.scope('cluster'),
  }
  for (const { secrets } of Object.values(scopes)) await team.request('PUT', `${secrets}/SAMPLE`, { value: 'x' })
  const all = async () => {
    const paths = ['/v1/projects', '/v1/clusters', ...Object.values(scopes).map(({ secrets }) => secrets)]
    return Promise.all(paths.map(async (path) => (await team.request('GET', path)).text))
  }
  return { ...team, scopes, all }
}

describe('what belongs to another team', () => {
  it('is 404 for every method of every route, and stays as it is', async () => {
    const victim = await filledTeam()
    const before = await victim.all()
    const stranger = await filledTeam()
    expect(aboutScopes.length).toBeGreaterThanOrEqual(24)
    for (const { method, path, body } of aboutScopes) {
      const { id } = victim.scopes[scopeKindOf(path)]
      const { status, json } = await stranger.request(method, filled(path, { id, name: 'SAMPLE' }), body)
      expect([method, path, status, json.code]).toEqual([method, path, 404, 'NOT_FOUND'])
    }
    expect(await victim.all()).toEqual(before)
  })

  it('is answered like what does not exist, to the letter', async () => {
    const victim = await filledTeam()
    const stranger = await api.newTeam()
    const unknown = { team: 'te0000000000', project: 'pr0000000000', cluster: 'cl0000000000' }
    for (const { method, path, body } of aboutScopes) {
      const kind = scopeKindOf(path)
      const ask = (id: string) => stranger.request(method, filled(path, { id, name: 'SAMPLE' }), body)
      const [theirs, nobodys] = [await ask(victim.scopes[kind].id), await ask(unknown[kind])]
      expect([method, path, theirs.status, theirs.text]).toEqual([method, path, nobodys.status, nobodys.text])
    }
  })

  it('is 404 under its namespace too', async () => {
    const victim = await filledTeam()
    const stranger = await api.newTeam()
    expect((await stranger.request('GET', `/v1/teams/${victim.namespace}/secrets`)).status).toBe(404)
  })

  it('is not reached by naming the team in the header: 404 for every route that needs a session', async () => {
    const victim = await filledTeam()
    const before = await victim.all()
    const stranger = await api.newTeam()
    for (const { method, path, body } of operations) {
      if (path === '/v1/setup' || (path === '/v1/session' && method !== 'GET')) continue
      const id = path.includes('{id}') ? victim.scopes[scopeKindOf(path)].id : ''
      for (const team of [victim.id, victim.namespace]) {
        const address = filled(path, { id, name: 'SAMPLE' })
        const { status } = await stranger.request(method, address, body, { 'gradient-team': team })
        expect([method, path, status]).toEqual([method, path, 404])
      }
    }
    expect(await victim.all()).toEqual(before)
  })

  it('is in no list and in no session', async () => {
    const victim = await filledTeam()
    const stranger = await filledTeam()
    const { json } = await stranger.request<Session>('GET', '/v1/session')
    expect(json.teams.map(({ id }) => id)).toEqual([stranger.id])
    const texts = (await stranger.all()).join()
    for (const { id } of Object.values(victim.scopes)) expect(texts).not.toContain(id)
  })

  it('is no overlap of one’s own', async () => {
    await filledTeam()
    const { request, scopes } = await filledTeam()
    const { json } = await request<{ overlaps: { count: number }[] }>(
      'GET',
      `${scopes.team.secrets}/SAMPLE?include=overlaps`,
    )
    expect(json.overlaps.map(({ count }) => count)).toEqual([1, 1])
  })
})

describe('a scope', () => {
  it('is found as what it is only: 404 under the paths of another kind', async () => {
    const team = await filledTeam()
    const before = await team.all()
    for (const { method, path, body } of aboutScopes) {
      for (const kind of scopeKinds.filter((other) => other !== scopeKindOf(path))) {
        const { id } = team.scopes[kind]
        const { status } = await team.request(method, filled(path, { id, name: 'SAMPLE' }), body)
        expect([method, path, kind, status]).toEqual([method, path, kind, 404])
      }
    }
    expect(await team.all()).toEqual(before)
  })
})
