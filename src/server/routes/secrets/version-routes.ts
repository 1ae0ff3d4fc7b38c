import { z } from '@hono/zod-openapi'
import type { Deps } from '#server/deps.ts'
import { auditContext } from '#server/http/audit-context.ts'
import { pageQuery } from '#server/http/page-query.ts'
import { reply } from '#server/http/reply.ts'
import { type Routes, serveUnder } from '#server/http/route.ts'
import { restoreVersion } from '#server/services/write-secret.ts'
import { pageOf } from '#shared/page.ts'
import { plan } from '#shared/plans/plan.ts'
import { type ScopeKind, scopeKinds, scopePaths } from '#shared/scope.ts'
import { secret } from '#shared/secret.ts'
import { secretVersion } from '#shared/version.ts'
import {
  expectedPlan,
  ifMatch,
  parseIfMatch,
  planContext,
  replySecret,
  requestedScope,
  scopeFailures,
  secretParams,
  setPermission,
  writeQuery,
} from './secret-request.ts'

const wrongVersion = 'Say which version: a whole number, 1 or more.'

const oneVersion = secretParams.extend({
  version: z
    .string()
    .regex(/^[1-9]\d{0,14}$/, wrongVersion)
    .transform(Number)
    .describe('The number of the version.'),
})

/** Adds the routes of the versions of secrets, alike for the three kinds of scopes. */
export const versionRoutes = (routes: Routes, deps: Deps): void => {
  for (const kind of scopeKinds) versionRoutesOf(routes, deps, kind)
}

const versionRoutesOf = (routes: Routes, deps: Deps, kind: ScopeKind): void => {
  const { store } = deps
  const serve = serveUnder(routes, 'Versions')
  const all = `/v1/${scopePaths[kind]}/{id}/secrets/{name}/versions`
  const one = `${all}/{version}`

  serve(
    {
      method: 'get',
      path: all,
      summary: `List the versions that are kept of a ${kind}’s secret, newest first`,
      needs: 'seeNames',
      params: secretParams,
      query: pageQuery,
      answers: { 200: { schema: pageOf(secretVersion), description: 'A page of versions, never with a value.' } },
      fails: scopeFailures,
    },
    async (c, { params: { id, name }, query }) => {
      const { teamId, scope } = await requestedScope(c, deps, kind, id)
      return reply(c, await store.listVersions(teamId, scope, name, query))
    },
  )

  serve(
    {
      method: 'post',
      path: `${one}/restoration`,
      summary: `Restore the value of an old version of a ${kind}’s secret, as a new version`,
      needs: setPermission(kind),
      params: oneVersion,
      query: writeQuery,
      headers: ifMatch,
      answers: { 200: { schema: z.union([secret, plan]), description: 'The secret has the old value, or the plan.' } },
      fails: [...scopeFailures, 'CONFLICT', 'PRECONDITION_FAILED'],
    },
    async (c, { params: { id, name, version }, query: { dryRun, include }, headers }) => {
      const { teamId, scope } = await requestedScope(c, deps, kind, id)
      const restore = { name, version, ...parseIfMatch(headers['if-match']) }
      if (dryRun === 'true')
        return reply(c, await store.planRestoreVersion(teamId, scope, restore, planContext(c, deps)))
      const how = { ...restore, ...auditContext(c, deps), ...expectedPlan(c, headers) }
      const secret = await restoreVersion(deps, teamId, scope, how)
      return replySecret(c, deps, { teamId, scope, secret, status: 200, include })
    },
  )

  serve(
    {
      method: 'delete',
      path: one,
      summary: `Erase an old version of a ${kind}’s secret`,
      needs: setPermission(kind),
      confirm: true,
      params: oneVersion,
      answers: {
        200: {
          schema: z.object({ name: z.string(), version: z.int() }),
          description: 'The version and its value are gone.',
        },
      },
      fails: [...scopeFailures, 'CONFLICT'],
    },
    async (c, { params: { id, name, version } }) => {
      const { teamId, scope } = await requestedScope(c, deps, kind, id)
      await store.purgeVersion(teamId, scope, { name, version }, auditContext(c, deps))
      return reply(c, { name, version })
    },
  )
}
