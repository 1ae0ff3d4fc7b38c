import { z } from '@hono/zod-openapi'
import type { Deps } from '#server/deps.ts'
import { auditContext } from '#server/http/audit-context.ts'
import { listQuery, pageQuery } from '#server/http/page-query.ts'
import { reply } from '#server/http/reply.ts'
import { type Routes, serveUnder } from '#server/http/route.ts'
import { pageOf } from '#shared/page.ts'
import { plan } from '#shared/plans/plan.ts'
import { type ScopeKind, scopeKinds, scopePaths } from '#shared/scope.ts'
import { secret } from '#shared/secret.ts'
import { trashedSecret } from '#shared/trash.ts'
import {
  expectedPlan,
  planContext,
  planHeaders,
  replySecret,
  requestedScope,
  scopeFailures,
  scopeParams,
  setPermission,
  writeQuery,
} from './secret-request.ts'

const oneTrashed = scopeParams.extend({ trashId: z.string().max(100).describe('The `id` of the deletion.') })

/** Adds the routes of deleted secrets, alike for the three kinds of scopes. */
export const trashRoutes = (routes: Routes, deps: Deps): void => {
  for (const kind of scopeKinds) trashRoutesOf(routes, deps, kind)
}

const trashRoutesOf = (routes: Routes, deps: Deps, kind: ScopeKind): void => {
  const { store } = deps
  const serve = serveUnder(routes, 'Trash')
  const all = `/v1/${scopePaths[kind]}/{id}/trash`
  const one = `${all}/{trashId}`

  serve(
    {
      method: 'get',
      path: all,
      summary: `List the secrets that were deleted from a ${kind} and can be restored, newest first`,
      needs: 'seeNames',
      params: scopeParams,
      query: pageQuery.extend({ q: listQuery.shape.q }),
      answers: { 200: { schema: pageOf(trashedSecret), description: 'A page of names, never with a value.' } },
      fails: scopeFailures,
    },
    async (c, { params, query }) => {
      const { teamId, scope } = await requestedScope(c, deps, kind, params.id)
      return reply(c, await store.listTrash(teamId, scope, query))
    },
  )

  serve(
    {
      method: 'post',
      path: `${one}/restoration`,
      summary: `Put a deleted secret of a ${kind} back, with its versions`,
      needs: setPermission(kind),
      params: oneTrashed,
      query: writeQuery,
      headers: planHeaders,
      answers: { 200: { schema: z.union([secret, plan]), description: 'The secret is back, or the plan.' } },
      fails: [...scopeFailures, 'CONFLICT'],
    },
    async (c, { params: { id, trashId }, query: { dryRun, include }, headers }) => {
      const { teamId, scope } = await requestedScope(c, deps, kind, id)
      if (dryRun === 'true')
        return reply(c, await store.planRestoreTrashed(teamId, scope, trashId, planContext(c, deps)))
      const how = { ...auditContext(c, deps), ...expectedPlan(c, headers) }
      const secret = await store.restoreTrashed(teamId, scope, trashId, how)
      return replySecret(c, deps, { teamId, scope, secret, status: 200, include })
    },
  )

  serve(
    {
      method: 'delete',
      path: one,
      summary: `Erase a deleted secret of a ${kind}`,
      needs: setPermission(kind),
      confirm: true,
      params: oneTrashed,
      answers: { 200: { schema: z.object({ id: z.string() }), description: 'It is gone, with all versions.' } },
      fails: scopeFailures,
    },
    async (c, { params: { id, trashId } }) => {
      const { teamId, scope } = await requestedScope(c, deps, kind, id)
      await store.purgeTrashed(teamId, scope, trashId, auditContext(c, deps))
      return reply(c, { id: trashId })
    },
  )
}
