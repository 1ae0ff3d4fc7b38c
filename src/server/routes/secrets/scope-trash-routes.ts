import type { z } from '@hono/zod-openapi'
import type { Deps } from '#server/deps.ts'
import { auditContext } from '#server/http/audit-context.ts'
import { requireUnlimitedKey } from '#server/http/key-limits.ts'
import { pageQuery } from '#server/http/page-query.ts'
import { reply } from '#server/http/reply.ts'
import { byId, type Routes, serveUnder, usualFails } from '#server/http/route.ts'
import { pageOf } from '#shared/page.ts'
import { type Cluster, cluster, type MadeScopeKind, type Project, project, scopePaths } from '#shared/scope.ts'
import { deletedScope, scopeRestoration } from '#shared/trash.ts'

/** Adds the routes of deleted projects and clusters. */
export const scopeTrashRoutes = (routes: Routes, deps: Deps): void => {
  const { store } = deps
  routesOf(routes, deps, { kind: 'project', item: project, find: store.project })
  routesOf(routes, deps, { kind: 'cluster', item: cluster, find: store.cluster })
}

type Deleted = {
  kind: MadeScopeKind
  item: z.ZodType<Project | Cluster>
  find(teamId: string, id: string): Promise<Project | Cluster>
}

const routesOf = (routes: Routes, deps: Deps, { kind, item, find }: Deleted): void => {
  const { store } = deps
  const serve = serveUnder(routes, 'Trash')
  const all = `/v1/deleted-${scopePaths[kind]}`
  const one = `${all}/{id}`

  serve(
    {
      method: 'get',
      path: all,
      summary: `List the ${kind}s that were deleted and can be restored, newest first`,
      needs: 'changeScopes',
      query: pageQuery,
      answers: { 200: { schema: pageOf(deletedScope), description: 'A page of them.' } },
    },
    async (c, { query }) => {
      await requireUnlimitedKey(c, deps)
      return reply(c, await store.listDeletedScopes(c.get('team').id, kind, query))
    },
  )

  serve(
    {
      method: 'post',
      path: `${one}/restoration`,
      summary: `Put a deleted ${kind} back, with everything in it`,
      needs: 'changeScopes',
      confirm: true,
      params: byId,
      body: scopeRestoration,
      answers: { 200: { schema: item, description: 'It is back.' } },
      fails: [...usualFails, 'CONFLICT'],
    },
    async (c, { params: { id }, body }) => {
      await requireUnlimitedKey(c, deps)
      const teamId = c.get('team').id
      await store.restoreScope(teamId, { kind, id }, body, auditContext(c, deps))
      return reply(c, await find(teamId, id))
    },
  )

  serve(
    {
      method: 'delete',
      path: one,
      summary: `Erase a deleted ${kind} with everything in it`,
      needs: 'changeScopes',
      confirm: true,
      params: byId,
      answers: { 200: { schema: byId, description: 'It is gone.' } },
    },
    async (c, { params: { id } }) => {
      await requireUnlimitedKey(c, deps)
      await store.purgeScope(c.get('team').id, { kind, id }, auditContext(c, deps))
      return reply(c, { id })
    },
  )
}
