import { describe, expect, it } from 'vitest'
import { fillPath, listOperations } from '#server/testing/app/api-operations.ts'
import { newSampleTeam, pathNoun, pathParts } from '#server/testing/app/sample-team.ts'
import { openTestApp } from '#server/testing/app/test-app.ts'
import type { Session } from '#shared/people/session.ts'

const api = await openTestApp()
/** The kind of scope of each noun in a path. */
const kindOf = { teams: 'team', projects: 'project', clusters: 'cluster' } as const
const nouns = Object.keys(kindOf) as (keyof typeof kindOf)[]

const operations = await listOperations(api.request)
/** The routes about one thing of a team, without those about a person's account. */
const aboutOne = operations.filter(({ path, needs }) => path.includes('{id}') && needs !== 'person')
const aboutScopes = aboutOne.filter(({ path }) => pathNoun(path) in kindOf)

describe('a thing of another team', () => {
  it('is 404 for every method of every route, and stays unchanged', async () => {
    const victim = await newSampleTeam(api)
    const before = await victim.all()
    const stranger = await newSampleTeam(api)
    expect(aboutOne.length).toBeGreaterThanOrEqual(30)
    for (const { method, path, body } of aboutOne) {
      const { status, json } = await stranger.request(method, fillPath(path, pathParts(path, victim)), body)
      expect([method, path, status, json.code]).toEqual([method, path, 404, 'NOT_FOUND'])
    }
    expect(await victim.all()).toEqual(before)
  })

  it('is answered exactly like a thing that does not exist', async () => {
    const victim = await newSampleTeam(api)
    const stranger = await api.newTeam()
    const unknown = {
      teams: 'te0000000000',
      projects: 'pr0000000000',
      clusters: 'cl0000000000',
      members: 'us0000000000',
      'api-keys': 'ak0000000000',
      invites: 'in0000000000',
      'deleted-projects': 'pr0000000000',
      'deleted-clusters': 'cl0000000000',
    }
    for (const { method, path, body } of aboutOne) {
      const noun = pathNoun(path)
      const ask = (id: string) => stranger.request(method, fillPath(path, { ...pathParts(path, victim), id }), body)
      const [theirs, nobodys] = [await ask(victim.ids[noun]), await ask(unknown[noun])]
      expect([method, path, theirs.status, theirs.text]).toEqual([method, path, nobodys.status, nobodys.text])
    }
  })

  it('is 404 under the team’s namespace', async () => {
    const victim = await newSampleTeam(api)
    const stranger = await api.newTeam()
    expect((await stranger.request('GET', `/v1/teams/${victim.namespace}/secrets`)).status).toBe(404)
  })

  it('is not accessible with the team in the header: 404 for every route that needs a session', async () => {
    const victim = await newSampleTeam(api)
    const before = await victim.all()
    const stranger = await api.newTeam()
    for (const { method, path, body, needs } of operations) {
      if (needs === 'nobody' || needs === 'person') continue
      for (const team of [victim.id, victim.namespace]) {
        const address = fillPath(path, pathParts(path, victim))
        const { status } = await stranger.request(method, address, body, { 'gradient-team': team })
        expect([method, path, status]).toEqual([method, path, 404])
      }
    }
    expect(await victim.all()).toEqual(before)
  })

  it('is not in any list or session', async () => {
    const victim = await newSampleTeam(api)
    const stranger = await newSampleTeam(api)
    const { json } = await stranger.request<Session>('GET', '/v1/session')
    expect(json.teams.map(({ id }) => id)).toEqual([stranger.id])
    const texts = (await stranger.all()).join()
    for (const id of Object.values(victim.ids)) expect(texts).not.toContain(id)
  })

  it('is not an overlap of one’s own secrets', async () => {
    await newSampleTeam(api)
    const { request, id } = await newSampleTeam(api)
    const { json } = await request<{ overlaps: { count: number }[] }>(
      'GET',
      `/v1/teams/${id}/secrets/SAMPLE?include=overlaps`,
    )
    expect(json.overlaps.map(({ count }) => count)).toEqual([1, 1])
  })
})

describe('a scope', () => {
  it('is 404 under the paths of another kind', async () => {
    const team = await newSampleTeam(api)
    const before = await team.all()
    for (const { method, path, body } of aboutScopes) {
      for (const noun of nouns.filter((other) => other !== pathNoun(path))) {
        const id = team.ids[noun]
        const { status } = await team.request(method, fillPath(path, { ...pathParts(path, team), id }), body)
        expect([method, path, noun, status]).toEqual([method, path, noun, 404])
      }
    }
    expect(await team.all()).toEqual(before)
  })
})
