import { describe, expect, inject, it } from 'vitest'
import { fetchOpenApi, fillPath } from '#server/testing/app/api-operations.ts'
import { newSampleTeam, pathParts } from '#server/testing/app/sample-team.ts'
import { newTeamForPlans } from '#server/testing/app/team-for-plans.ts'
import { openTestApp } from '#server/testing/app/test-app.ts'
import type { AuditRecord } from '#shared/audit/audit-record.ts'
import type { Failure } from '#shared/failure.ts'
import type { Page } from '#shared/page.ts'
import { roles } from '#shared/people/role.ts'
import { type Plan, planHeader } from '#shared/plans/plan.ts'

const api = await openTestApp()
const apps = {
  SQLite: api,
  PostgreSQL: await openTestApp({ location: { kind: 'postgres', url: inject('postgres') } }),
}

describe.each(Object.entries(apps))('a plan about invisible scopes on %s', (_label, api) => {
  /** A team with a project that its member may not see, and one that they may. */
  const withClosed = async () => {
    const team = await newTeamForPlans(api, { team: ['A'], cluster: ['A'], project: ['A'] })
    const closed = await team.made('project', 'closed')
    await team.request('PUT', `${closed.path}/access`, { access: 'chosen' })
    const member = await team.join('member')
    return { ...team, closed, member }
  }
  type Ask = Awaited<ReturnType<typeof withClosed>>['request']
  const planBy = (ask: Ask, method: string, path: string) =>
    ask<Plan & Failure>(method, `${path}?dryRun=true`, method === 'DELETE' ? undefined : {})

  it('does not count or name a closed project to a member, and is not decided by it', async () => {
    const { scopes, closed, member, put, planDelete } = await withClosed()
    const path = scopes.project.secret('A')
    const { json, text } = await planBy(member.request, 'DELETE', path)
    expect([json.pairs, (await planDelete(path)).pairs]).toEqual([4, 6])
    expect(text).not.toContain('closed')
    await put(closed.secret('A'))
    expect((await planBy(member.request, 'DELETE', path)).json).toEqual(json)
    const { status } = await member.request('DELETE', path, undefined, { [planHeader]: json.hash })
    expect(status).toBe(200)
  })

  it('is 404 for the closed project itself', async () => {
    const { closed, member } = await withClosed()
    const [planned, changed] = [
      await planBy(member.request, 'PUT', closed.secret('A')),
      await member.request('PUT', closed.secret('A'), { value: 'x' }),
    ]
    expect([planned.status, planned.text]).toEqual([404, changed.text])
  })

  it('does not name it in the new plan of a refusal', async () => {
    const { scopes, closed, member, put, made } = await withClosed()
    const path = scopes.project.secret('A')
    const { json } = await planBy(member.request, 'DELETE', path)
    await put(closed.secret('A'))
    await made('cluster', 'new')
    const refused = await member.request<Failure>('DELETE', path, undefined, { [planHeader]: json.hash })
    expect([refused.status, refused.text.includes('closed')]).toEqual([409, false])
    expect(refused.json.issues[0]?.plan).toMatchObject({ pairs: 6 })
  })

  it('shows a limited key only its project or cluster and the team', async () => {
    const { scopes, made, put, key, use } = await withClosed()
    const hidden = await made('cluster', 'hidden')
    await put(hidden.secret('A'))
    await use({ projectId: scopes.project.id, clusterId: hidden.id }, 'A')
    const ofProject = await key({ projectId: scopes.project.id })
    const project = await planBy(ofProject.request, 'DELETE', scopes.project.secret('A'))
    expect(project.json).toMatchObject({ pairs: 2, affected: 1, outcomes: [{ after: { kind: 'team' }, pairs: 1 }] })
    expect(project.json).toMatchObject({ usesTotal: 1, uses: [{ project: { name: 'web' }, cluster: null }] })
    expect(project.text).not.toContain('hidden')
    expect(project.text).not.toContain(hidden.id)
    const ofCluster = await key({ clusterId: scopes.cluster.id })
    const cluster = await planBy(ofCluster.request, 'DELETE', scopes.cluster.secret('A'))
    expect(cluster.json).toMatchObject({ pairs: 2, affected: 1, outcomes: [{ after: { kind: 'team' }, pairs: 1 }] })
    for (const name of ['web', 'closed']) expect(cluster.text).not.toContain(`"${name}"`)
    expect((await planBy(ofCluster.request, 'DELETE', scopes.project.secret('A'))).status).toBe(403)
    expect((await planBy(ofProject.request, 'DELETE', scopes.project.path)).status).toBe(403)
  })
})

const { paths } = await fetchOpenApi(api.request)
type Parameter = { name: string; in: string }
const planned = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).flatMap(([method, described]) => {
    const parameters = (described as { parameters?: Parameter[] }).parameters ?? []
    const has = (name: string, place: string) => parameters.some((one) => one.name === name && one.in === place)
    return has('dryRun', 'query')
      ? [{ method: method.toUpperCase(), path, described, carries: has(planHeader, 'header') }]
      : []
  }),
)
const bodyOf = (method: string, path: string) =>
  method === 'DELETE' ? undefined : path.includes('secrets') ? { name: 'NEW', value: 'x' } : { name: 'new' }

describe('every change that can be planned', () => {
  it('is described with the header, the plan as an answer, and the conflict', () => {
    expect(planned).toHaveLength(3 * 6 + 2 * 2)
    for (const { method, path, described, carries } of planned) {
      const { responses } = described as unknown as { responses: Record<string, unknown> }
      const what = [method, path]
      expect([...what, carries, responses[409] !== undefined]).toEqual([...what, true, true])
      expect(JSON.stringify(responses[200])).toContain('#/components/schemas/Plan')
    }
  })

  it.each(roles)('is planned only by those who may make it: %s', async (role) => {
    const team = await newSampleTeam(api)
    const { request } = await team.join(role)
    const refused = []
    for (const { method, path } of planned) {
      const address = fillPath(path, pathParts(path, team))
      const plan = await request(method, `${address}?dryRun=true`, bodyOf(method, path))
      const what = [method, path]
      if (plan.status === 200) expect(plan.json).toHaveProperty('hash')
      else {
        refused.push(what)
        const change = await request(method, address, bodyOf(method, path))
        expect([...what, plan.status, plan.text]).toEqual([...what, 403, change.text])
      }
    }
    expect(refused).toHaveLength({ owner: 0, admin: 0, member: 16, viewer: 22 }[role])
    const { json } = await team.request<Page<AuditRecord>>('GET', '/v1/audit?action=request.refused')
    expect(json.total).toBe(2 * refused.length)
  })

  it('of another team is 404', async () => {
    const [victim, stranger] = [await newSampleTeam(api), await newSampleTeam(api)]
    for (const { method, path } of planned) {
      const address = fillPath(path, pathParts(path, victim))
      const { status } = await stranger.request(method, `${address}?dryRun=true`, bodyOf(method, path))
      expect([method, path, status]).toEqual([method, path, 404])
    }
  })
})
