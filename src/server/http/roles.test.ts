import { describe, expect, it } from 'vitest'
import { apiRoutes } from '#server/app.ts'
import { fillPath, listOperations, type Operation } from '#server/testing/app/api-operations.ts'
import { newSampleTeam, pathParts, type SampleTeam } from '#server/testing/app/sample-team.ts'
import type { SendRequest } from '#server/testing/app/send-request.ts'
import { openTestApp } from '#server/testing/app/test-app.ts'
import type { AuditRecord } from '#shared/audit/audit-record.ts'
import type { Failure } from '#shared/failure.ts'
import type { Page } from '#shared/page.ts'
import {
  type KeyAccess,
  keyMay,
  notAllowed,
  onlyKeysMay,
  type Permission,
  permissions,
  roleMay,
  roles,
  takesKey,
} from '#shared/people/role.ts'
import { isApiPath } from './route-table.ts'

const api = await openTestApp()
const operations = await listOperations(api.request, () => true)

/** Routes that need another permission for other people’s things, as in these tests. */
const aboutOthers: Record<string, Permission> = {
  'DELETE /v1/members/{id}': 'manageMembers',
  'DELETE /v1/api-keys/{id}': 'manageKeys',
}
const isPermission = (needs: string): needs is Permission => needs in permissions
const guarded = operations.flatMap((operation) => {
  const needs = aboutOthers[`${operation.method} ${operation.path}`] ?? operation.needs
  return isPermission(needs) ? [{ ...operation, needs }] : []
})

/** Fills in IDs in both places: in the path, and in the query of the legacy routes. */
const addressOf = ({ path, needs }: Operation, team: SampleTeam): string => {
  if (needs === 'person') return fillPath(path, { id: 'none' })
  if (path.startsWith('/v1/')) return fillPath(path, pathParts(path, team))
  const { ids } = team
  const query = `projectId=${ids.projects}&clusterId=${ids.clusters}&id=${ids.clusters}`
  return `${fillPath(path, { id: ids.projects, name: 'SAMPLE' })}?${query}`
}
const call = (ask: SendRequest, operation: Operation, team: SampleTeam) =>
  ask<Failure>(operation.method, addressOf(operation, team), operation.body)
const labelOf = ({ method, path }: Operation) => `${method} ${path}`

const refusedIn = async (team: SampleTeam): Promise<(string | null)[]> => {
  const { json } = await team.request<Page<AuditRecord>>('GET', '/v1/audit?action=request.refused')
  return json.items.map((record) => record.detail).reverse()
}
const asRegistered = ({ method, path }: Operation) => `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`

/** Calls the routes that must refuse, then the others. Those may answer 404 after a deletion, and never 403. */
const walk = async (
  team: SampleTeam,
  ask: SendRequest,
  may: (operation: Operation) => boolean,
  all: readonly Operation[],
) => {
  // A key's first use changes the lists.
  await ask('GET', '/v1/session')
  const before = await team.all()
  const refused = all.filter((operation) => !may(operation))
  const answers = []
  for (const operation of refused) answers.push({ operation, ...(await call(ask, operation, team)) })
  expect(answers.filter(({ status }) => status !== 403).map(({ operation }) => labelOf(operation))).toEqual([])
  expect(await team.all()).toEqual(before)
  expect(await refusedIn(team)).toEqual(refused.slice(-120).map(asRegistered))
  for (const operation of all.filter(may)) {
    const { status } = await call(ask, operation, team)
    expect([labelOf(operation), status]).not.toEqual([labelOf(operation), 401])
    expect([labelOf(operation), status]).not.toEqual([labelOf(operation), 403])
    expect(status).toBeLessThan(500)
  }
  return answers
}

describe('every route', () => {
  it('declares who may call it, and is called by these tests', () => {
    const served = api.app.routes.filter(({ method, path }) => method !== 'ALL' && isApiPath(path))
    const table = apiRoutes(api.deps).all()
    const needs = new Map(
      table.map((route) => [`${route.description.method} ${route.pattern}`, route.description.needs]),
    )
    const described = new Set([...operations.map(asRegistered), 'GET /v1/openapi.json'])
    for (const { method, path } of served) {
      expect(needs.get(`${method.toLowerCase()} ${path}`)).toBeDefined()
      expect(described).toContain(`${method} ${path}`)
    }
    expect(guarded.length).toBeGreaterThanOrEqual(50)
  })
})

describe.each(roles)('a member with the role %s', (role) => {
  it('may call what the table of roles allows; the rest is refused, recorded, and changes nothing', async () => {
    const team = await newSampleTeam(api)
    const { request } = await team.join(role)
    const may = (needs: Permission) => roleMay(role, needs) && !takesKey(needs)
    const answers = await walk(team, request, ({ needs }) => may(needs as Permission), guarded)
    for (const { operation, json } of answers) {
      const { needs } = operation
      if (roleMay(role, needs as Permission)) {
        expect([labelOf(operation), json.message]).toEqual([
          labelOf(operation),
          onlyKeysMay(needs as Permission).message,
        ])
        continue
      }
      expect([labelOf(operation), json.message]).toEqual([
        labelOf(operation),
        notAllowed(
          operation.method === 'DELETE' && needs === 'manageKeys' && !roleMay(role, 'makeKeys')
            ? 'makeKeys'
            : (needs as Permission),
        ).message,
      ])
    }
  })
})

describe.each<[KeyAccess[]]>([[['manage']], [['run']], [['manage', 'run']]])('an owner’s key to %j', (access) => {
  it('may call what the table allows such a key, and no route for people only', async () => {
    const team = await newSampleTeam(api)
    const { request } = await team.key({ access })
    const forPeople = operations.filter(({ needs }) => needs === 'person')
    const may = ({ needs }: Operation) => isPermission(needs) && keyMay(access, needs)
    await walk(team, request, may, [...guarded, ...forPeople])
  })
})

describe('a viewer’s key', () => {
  it('may do no more than the viewer', async () => {
    const team = await newSampleTeam(api)
    const person = await team.join('member')
    const { request } = await team.key({ access: ['manage'] }, person)
    await team.request('PATCH', `/v1/members/${person.id}`, { role: 'viewer' })
    await walk(
      team,
      request,
      ({ needs }) => roleMay('viewer', needs as Permission) && keyMay(['manage'], needs as Permission),
      guarded,
    )
  })
})

describe('a limited key', () => {
  const limited = async (kind: 'project' | 'cluster') => {
    const team = await newSampleTeam(api)
    const own = await team.scope(kind, 'own')
    await team.request('PUT', `${own.secrets}/SAMPLE`, { value: 'x' })
    const { request } = await team.key(kind === 'project' ? { projectId: own.id } : { clusterId: own.id })
    return { team, own, request }
  }

  it.each(['project', 'cluster'] as const)('for a %s has no access to other scopes by any route', async (kind) => {
    const { team, request } = await limited(kind)
    await request('GET', '/v1/session')
    const before = await team.all()
    const listing = ['/clusters/getClusters', '/teams/namespace', '/projects', '/projects/', '/secrets/ephemeral']
    const scoped = guarded.filter(
      ({ method, path }) =>
        (/^\/v1\/(teams|projects|clusters)\/\{id\}/.test(path) || !path.startsWith('/v1/')) &&
        !(listing.includes(path) && (method === 'GET' || path === '/secrets/ephemeral')),
    )
    expect(scoped.length).toBeGreaterThanOrEqual(30)
    for (const operation of scoped) {
      expect([labelOf(operation), (await call(request, operation, team)).status]).toEqual([labelOf(operation), 403])
    }
    expect(await team.all()).toEqual(before)
    expect(await refusedIn(team)).toEqual(scoped.map(asRegistered))
  })

  it.each(['project', 'cluster'] as const)('for a %s has access to it, and lists nothing else', async (kind) => {
    const { team, own, request } = await limited(kind)
    expect((await request('GET', `/v1/${kind}s/${own.id}`)).status).toBe(200)
    expect((await request('PUT', `${own.secrets}/NEW`, { value: 'x' })).status).toBe(201)
    const hidden = [team.ids.projects, team.ids.clusters, team.ids['api-keys']]
    for (const path of ['/v1/projects', '/v1/clusters', '/projects/', '/clusters/getClusters', '/v1/api-keys']) {
      const { status, text } = await request('GET', path)
      expect([path, status]).toEqual([path, 200])
      for (const id of hidden) expect(text).not.toContain(id)
    }
    expect((await request<Page<unknown>>('GET', `/v1/${kind}s`)).json).toMatchObject({
      total: 1,
      items: [{ id: own.id }],
    })
    for (const path of [`${own.secrets}?include=overlaps`, `${own.secrets}/SAMPLE?include=overlaps`]) {
      const { text } = await request('GET', path)
      expect(text).toContain('"overlaps"')
      for (const id of hidden) expect(text).not.toContain(id)
    }
  })

  it.each(['project', 'cluster'] as const)(
    'for a %s cannot make or delete scopes or read the audit trail',
    async (kind) => {
      const { own, request } = await limited(kind)
      for (const [method, path, body] of [
        ['POST', '/v1/projects', { name: 'new' }],
        ['POST', '/projects/', { name: 'new' }],
        ['POST', '/v1/clusters', { name: 'new', type: 'slurm' }],
        ['PATCH', `/v1/${kind}s/${own.id}`, { name: 'new' }],
        ['DELETE', `/v1/${kind}s/${own.id}`],
        ['GET', '/v1/audit'],
        ['GET', '/v1/audit/export'],
      ] as const) {
        expect([method, path, (await request(method, path, body)).status]).toEqual([method, path, 403])
      }
    },
  )
})
