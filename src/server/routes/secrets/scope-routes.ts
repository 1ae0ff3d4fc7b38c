import { z } from '@hono/zod-openapi'
import { newId } from '#server/crypto/make-id.ts'
import type { Deps } from '#server/deps.ts'
import { auditContext } from '#server/http/audit-context.ts'
import { requireScopeAccess, requireUnlimitedKey, visibilityOf } from '#server/http/key-limits.ts'
import { listQuery } from '#server/http/page-query.ts'
import { reply } from '#server/http/reply.ts'
import { byId, type Routes, serveUnder, usualFails } from '#server/http/route.ts'
import type { ScopeQuery } from '#server/store/secrets/scope-store.ts'
import { type Page, pageOf } from '#shared/page.ts'
import { plan } from '#shared/plans/plan.ts'
import {
  type Cluster,
  type ClusterType,
  cluster,
  clusterChange,
  type MadeScopeKind,
  newCluster,
  newProject,
  type Project,
  project,
  projectChange,
  scopeIdPrefixes,
  scopePaths,
} from '#shared/scope.ts'
import { expectedPlan, planContext, planHeaders, planQuery } from './secret-request.ts'

/** Adds the routes of projects and clusters. */
export const scopeRoutes = (routes: Routes, deps: Deps): void => {
  const { store } = deps
  routesOf(routes, deps, {
    kind: 'project',
    item: project,
    create: newProject,
    change: projectChange,
    list: store.listProjects,
    find: store.project,
  })
  routesOf(routes, deps, {
    kind: 'cluster',
    item: cluster,
    create: newCluster,
    change: clusterChange,
    list: store.listClusters,
    find: store.cluster,
  })
}

/** The differences between projects and clusters. */
type Made = {
  kind: MadeScopeKind
  item: z.ZodType<Project | Cluster>
  create: z.ZodType<{ name: string; type?: ClusterType }>
  change: z.ZodType<{ name?: string | undefined; type?: ClusterType | undefined }>
  list(teamId: string, query: ScopeQuery): Promise<Page<Project | Cluster>>
  find(teamId: string, id: string): Promise<Project | Cluster>
}

const routesOf = (routes: Routes, deps: Deps, made: Made): void => {
  const { store } = deps
  const { kind, item } = made
  const serve = serveUnder(routes, kind === 'project' ? 'Projects' : 'Clusters')
  const all = `/v1/${scopePaths[kind]}`
  const one = `${all}/{id}`
  const known = { schema: item, description: 'What is known of it.' }

  serve(
    {
      method: 'get',
      path: all,
      summary: `List the ${kind}s of a team`,
      needs: 'seeNames',
      query: listQuery,
      answers: { 200: { schema: pageOf(item), description: 'A page of them.' } },
    },
    async (c, { query }) => reply(c, await made.list(c.get('team').id, { ...query, visibility: visibilityOf(c) })),
  )

  serve(
    {
      method: 'post',
      path: all,
      summary: `Create a ${kind}`,
      needs: 'changeScopes',
      body: made.create,
      answers: { 201: { schema: item, description: 'It is created.' } },
    },
    async (c, { body }) => {
      await requireUnlimitedKey(c, deps)
      const id = newId(scopeIdPrefixes[kind])
      const teamId = c.get('team').id
      await store.createScope(teamId, { kind, id, ...body }, auditContext(c, deps))
      return reply(c, await made.find(teamId, id), { status: 201 })
    },
  )

  serve(
    {
      method: 'get',
      path: one,
      summary: `Look up a ${kind}`,
      needs: 'seeNames',
      params: byId,
      answers: { 200: known },
    },
    async (c, { params: { id } }) => {
      await requireScopeAccess(c, deps, { kind, id })
      return reply(c, await made.find(c.get('team').id, id))
    },
  )

  serve(
    {
      method: 'patch',
      path: one,
      summary: `Change a ${kind}`,
      needs: 'changeScopes',
      params: byId,
      query: planQuery,
      headers: planHeaders,
      body: made.change,
      answers: { 200: { schema: z.union([item, plan]), description: 'What is known of it, or the plan.' } },
      fails: [...usualFails, 'CONFLICT'],
    },
    async (c, { params: { id }, query, headers, body }) => {
      await requireUnlimitedKey(c, deps)
      const teamId = c.get('team').id
      if (query.dryRun === 'true') {
        return reply(c, await store.planScope(teamId, { kind, id }, 'renameScope', planContext(c, deps)))
      }
      await store.changeScope(teamId, { kind, id }, body, { ...auditContext(c, deps), ...expectedPlan(c, headers) })
      return reply(c, await made.find(teamId, id))
    },
  )

  serve(
    {
      method: 'delete',
      path: one,
      summary: `Delete a ${kind} with its secrets`,
      needs: 'changeScopes',
      confirm: true,
      params: byId,
      query: planQuery,
      headers: planHeaders,
      answers: { 200: { schema: z.union([byId, plan]), description: 'It is deleted, or the plan.' } },
      fails: [...usualFails, 'CONFLICT'],
    },
    async (c, { params: { id }, query, headers }) => {
      await requireUnlimitedKey(c, deps)
      const teamId = c.get('team').id
      if (query.dryRun === 'true') {
        return reply(c, await store.planScope(teamId, { kind, id }, 'deleteScope', planContext(c, deps)))
      }
      await store.deleteScope(teamId, { kind, id }, { ...auditContext(c, deps), ...expectedPlan(c, headers) })
      return reply(c, { id })
    },
  )
}
