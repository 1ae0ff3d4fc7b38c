import { describe, expect, inject, it } from 'vitest'
import { fillPath, listOperations } from '#server/testing/app/api-operations.ts'
import { newSampleTeam, pathParts } from '#server/testing/app/sample-team.ts'
import type { SendRequest } from '#server/testing/app/send-request.ts'
import { openTestApp } from '#server/testing/app/test-app.ts'
import type { AuditRecord } from '#shared/audit/audit-record.ts'
import type { Page } from '#shared/page.ts'

const apps = {
  SQLite: await openTestApp(),
  PostgreSQL: await openTestApp({ location: { kind: 'postgres', url: inject('postgres') } }),
}

describe.each(Object.entries(apps))('a project that a person may not see, on %s', (_label, api) => {
  /** A team with a hidden project and a deleted one, which were used and changed in every way. */
  const withHidden = async () => {
    const team = await newSampleTeam(api)
    const people = { member: await team.join('member', 'Mel'), viewer: await team.join('viewer', 'Vi') }
    const hidden = await team.scope('project', 'open at first')
    const gone = await team.scope('project', 'zebra-that-is-gone')
    const keys = {
      'a key of the member': await team.key({ access: ['manage'] }, people.member),
      'a key limited to another project': await team.key({ access: ['manage'], projectId: team.ids.projects }),
    }
    await team.key({ name: 'limited', access: ['run'], projectId: hidden.id }, people.member)
    for (const { id, secrets } of [hidden, gone]) {
      const path = `/v1/projects/${id}`
      await team.request('PUT', `${path}/access`, { access: 'chosen', people: [] })
      for (const value of ['one', 'two']) await team.request('PUT', `${secrets}/SAMPLE`, { value })
      await team.request('PUT', `${secrets}/GONE`, { value: 'x' })
      await team.request('DELETE', `${secrets}/GONE`)
      await team.request('PUT', `${secrets}/SAMPLE?dryRun=true`, { value: 'two' })
      const trainer = await team.key({ name: 'zebra-trainer', access: ['run'], projectId: id })
      const pair = { projectId: id, clusterId: team.ids.clusters }
      await trainer.request('POST', '/v1/workloads/resolve', { ...pair, all: true })
      const asked = { env: { X: 'secret:TEAM_ONLY' } }
      await team.request('PUT', '/v1/teams/-/secrets/TEAM_ONLY', { value: 'x' })
      await trainer.request('POST', '/v1/workloads/resolve', { ...pair, ...asked })
    }
    await team.request('PATCH', `/v1/projects/${hidden.id}`, { name: 'zebra-that-is-hidden' })
    await team.request('DELETE', `/v1/projects/${gone.id}`)
    return { team, hidden, gone, readers: { ...people, ...keys } }
  }

  /** Queries that make a route say more. */
  const queriesOf = (path: string): string[] => {
    if (path === '/v1/audit') return ['limit=120', 'name=zebra', 'action=workload.resolve', 'action=project.change']
    if (!path.startsWith('/v1/')) return ['filter={"where":{}}']
    return path.includes('/secrets') ? ['include=overlaps,lastUse', 'q=zebra'] : ['limit=120']
  }
  const queriesFor = (path: string, id: string): string[] =>
    path.startsWith('/v1/') ? [`projectId=${id}`] : [`projectId=${id}`, `filter={"where":{"handle":"${id}"}}`]

  it('is named by no route that reads: neither its name nor its ID', async () => {
    const { team, hidden, gone, readers } = await withHidden()
    const operations = await listOperations(api.request, () => true)
    const reads = operations.filter(({ method, path }) => method === 'GET' && path !== '/v1/openapi.json')
    expect(reads.length).toBeGreaterThan(30)
    const leaks: string[] = []
    const look = async (who: string, request: SendRequest, address: string, secrets: string[]) => {
      const { text } = await request('GET', address)
      for (const secret of secrets) {
        const at = text.indexOf(secret)
        if (at >= 0) leaks.push(`${who} at ${address}: ${text.slice(Math.max(0, at - 300), at + 100)}`)
      }
    }
    for (const [who, { request }] of Object.entries(readers)) {
      for (const { path } of reads) {
        const parts = { ...pathParts(path, team), handle: team.ids.projects }
        const address = fillPath(path, parts)
        for (const query of ['', ...queriesOf(path)]) {
          await look(who, request, `${address}?${query}`, ['zebra', hidden.id, gone.id])
        }
        // An answer may repeat the ID that was sent.
        for (const query of queriesFor(path, hidden.id)) await look(who, request, `${address}?${query}`, ['zebra'])
        if (path.startsWith('/v1/projects/')) {
          for (const { id } of [hidden, gone]) await look(who, request, fillPath(path, { ...parts, id }), ['zebra'])
        }
      }
    }
    expect(leaks).toEqual([])
  })

  it('is named by these routes to its admins, so that the walk can find it', async () => {
    const { team, hidden } = await withHidden()
    const admin = await team.join('admin')
    for (const path of [
      '/v1/audit',
      '/v1/audit/export',
      '/v1/projects',
      '/v1/teams/-/secrets?include=overlaps,lastUse',
    ]) {
      expect((await admin.request('GET', path)).text).toContain('zebra-that-is-hidden')
    }
    expect((await admin.request('GET', '/v1/api-keys?of=others')).text).toContain(hidden.id)
  })

  it('leaves the other records of the trail to a viewer, with their number', async () => {
    const { team, readers } = await withHidden()
    const list = async (request: SendRequest, query: string) =>
      (await request<Page<AuditRecord>>('GET', `/v1/audit?${query}`)).json
    const all = await list(team.request, 'limit=120')
    const seen = await list(readers.viewer.request, 'limit=120')
    const isOpen = ({ scope, key }: AuditRecord) =>
      (scope?.kind !== 'project' || scope.id === team.ids.projects) && key?.name !== 'zebra-trainer'
    expect(seen.items).toEqual(all.items.filter(isOpen))
    expect(seen.items.length).toBeGreaterThan(10)
    expect(seen.total).toBe(seen.items.length)

    const first = await list(readers.viewer.request, 'limit=5')
    const second = await list(readers.viewer.request, `limit=5&after=${first.nextPage}`)
    expect([...first.items, ...second.items]).toEqual(seen.items.slice(0, 10))
    const named = await list(readers.viewer.request, 'name=SAMPLE&limit=120')
    expect(named.items).toEqual(seen.items.filter(({ name }) => name === 'SAMPLE'))
    expect(named.total).toBe(named.items.length)
  })

  it('keeps the export to those who see all projects, because only the whole trail can be verified', async () => {
    const { team, readers } = await withHidden()
    const refused = await readers.viewer.request('GET', '/v1/audit/export')
    expect([refused.status, refused.json.message]).toEqual([
      403,
      'Only owners and admins may export the audit trail. Ask one of them.',
    ])
    expect((await readers.viewer.request('GET', '/v1/audit/key')).status).toBe(200)
    expect((await (await team.join('admin')).request('GET', '/v1/audit/export')).status).toBe(200)
  })
})
