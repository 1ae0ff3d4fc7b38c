import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Deps, Env } from '#server/deps.ts'
import { auditContext } from '#server/http/audit-context.ts'
import { visibilityOf } from '#server/http/key-limits.ts'
import { reply, replyJson } from '#server/http/reply.ts'
import { type Routes, serveUnder } from '#server/http/route.ts'
import { valueComparer } from '#server/services/compare-value.ts'
import { createListCache, type ListCache } from '#server/services/list-cache.ts'
import { writeSecret } from '#server/services/write-secret.ts'
import type { WriteCondition } from '#server/store/secrets/write-conditions.ts'
import { pageOf } from '#shared/page.ts'
import { type Plan, plan } from '#shared/plans/plan.ts'
import { type Scope, type ScopeKind, scopeKinds, scopePaths } from '#shared/scope.ts'
import { type Secret, secret } from '#shared/secret.ts'
import { deletedSecret } from '#shared/trash.ts'
import {
  expectedPlan,
  ifMatch,
  include,
  missingValue,
  parseIfMatch,
  parseInclude,
  planContext,
  planHeaders,
  plannedNewSecret,
  plannedSecretChange,
  planQuery,
  replySecret,
  requestedScope,
  scopeFailures,
  scopeParams,
  secretListQuery,
  secretParams,
  setPermission,
  unusedSince,
  writeQuery,
} from './secret-request.ts'

const query = z.object({ include })
const conditions = ifMatch.extend({
  'if-none-match': z.literal('*', 'The only “If-None-Match” that is understood is “*”.').optional(),
})

/** Adds the routes of secrets, alike for the three kinds of scopes. */
export const secretRoutes = (routes: Routes, deps: Deps): void => {
  const shared = { ...deps, lists: createListCache(deps), isSame: valueComparer(deps) }
  for (const kind of scopeKinds) secretRoutesOf(routes, shared, kind)
}

/** The dependencies of these routes, with the caches that all kinds share. */
type Shared = Deps & { lists: ListCache; isSame: ReturnType<typeof valueComparer> }

const secretRoutesOf = (routes: Routes, deps: Shared, kind: ScopeKind): void => {
  const { store, lists } = deps
  const serve = serveUnder(routes, 'Secrets')
  const all = `/v1/${scopePaths[kind]}/{id}/secrets`
  const one = `${all}/{name}`
  const stored = { schema: secret, description: 'The secret is stored.' }
  const replaced = { schema: z.union([secret, plan]), description: 'The secret has the value, or the plan.' }
  const planned = { schema: plan, description: 'The plan.' }

  serve(
    {
      method: 'get',
      path: all,
      summary: `List the names of a ${kind}’s secrets`,
      needs: 'seeNames',
      params: scopeParams,
      query: secretListQuery,
      answers: { 200: { schema: pageOf(secret), description: 'A page of names, never with a value.' } },
      fails: scopeFailures,
    },
    async (c, { params, query: { include, ...query } }) => {
      const { teamId, scope } = await requestedScope(c, deps, kind, params.id)
      const unused = unusedSince(query.unused, deps.now())
      return replyJson(
        c,
        await lists(teamId, scope, { ...query, ...parseInclude(include), unused, visibility: visibilityOf(c) }),
      )
    },
  )

  serve(
    {
      method: 'post',
      path: all,
      summary: `Store a new secret in a ${kind}`,
      needs: setPermission(kind),
      params: scopeParams,
      query: writeQuery,
      headers: planHeaders,
      body: plannedNewSecret,
      answers: { 200: planned, 201: stored },
      fails: [...scopeFailures, 'CONFLICT'],
    },
    async (c, { params, query, headers, body }) => {
      const write = { ...body, expect: 'absent' as const }
      const done = await set(c, deps, { kind, id: params.id }, write, { ...query, headers })
      if ('plan' in done) return reply(c, done.plan)
      return replySecret(c, deps, { ...done, status: 201, include: query.include })
    },
  )

  serve(
    {
      method: 'get',
      path: one,
      summary: `Look up the metadata of one secret of a ${kind}`,
      needs: 'seeNames',
      params: secretParams,
      query,
      answers: { 200: { schema: secret, description: 'Everything but the value.' } },
      fails: scopeFailures,
    },
    async (c, { params, query }) => {
      const { teamId, scope } = await requestedScope(c, deps, kind, params.id)
      const secret = await store.secret(teamId, scope, params.name)
      return replySecret(c, deps, { teamId, scope, secret, status: 200, ...query })
    },
  )

  serve(
    {
      method: 'put',
      path: one,
      summary: `Set a secret of a ${kind}, new or not`,
      needs: setPermission(kind),
      params: secretParams,
      query: writeQuery,
      headers: conditions,
      body: plannedSecretChange,
      answers: { 200: replaced, 201: stored },
      fails: [...scopeFailures, 'CONFLICT', 'PRECONDITION_FAILED'],
    },
    async (c, { params: { id, name }, query, headers, body }) => {
      const ifNoneMatch = headers['if-none-match'] === '*'
      const write = { ...body, name, expect: 'any' as const, ifNoneMatch, ...parseIfMatch(headers['if-match']) }
      const done = await set(c, deps, { kind, id }, write, { ...query, headers })
      if ('plan' in done) return reply(c, done.plan)
      return replySecret(c, deps, { ...done, status: done.created ? 201 : 200, include: query.include })
    },
  )

  serve(
    {
      method: 'patch',
      path: one,
      summary: `Give a secret of a ${kind} a new value`,
      needs: setPermission(kind),
      params: secretParams,
      query: writeQuery,
      headers: ifMatch,
      body: plannedSecretChange,
      answers: { 200: replaced },
      fails: [...scopeFailures, 'CONFLICT', 'PRECONDITION_FAILED'],
    },
    async (c, { params: { id, name }, query, headers, body }) => {
      const write = { ...body, name, expect: 'present' as const, ...parseIfMatch(headers['if-match']) }
      const done = await set(c, deps, { kind, id }, write, { ...query, headers })
      if ('plan' in done) return reply(c, done.plan)
      return replySecret(c, deps, { ...done, status: 200, include: query.include })
    },
  )

  serve(
    {
      method: 'delete',
      path: one,
      summary: `Move a secret of a ${kind} to the trash`,
      needs: setPermission(kind),
      params: secretParams,
      query: planQuery,
      headers: ifMatch,
      answers: {
        200: {
          schema: z.union([deletedSecret, plan]),
          description: 'The secret is in the trash, or the plan.',
        },
      },
      fails: [...scopeFailures, 'CONFLICT', 'PRECONDITION_FAILED'],
    },
    async (c, { params: { id, name }, query, headers }) => {
      const { teamId, scope } = await requestedScope(c, deps, kind, id)
      const tags = parseIfMatch(headers['if-match'])
      if (query.dryRun === 'true') {
        const change = { name, deletes: true, expect: 'present', ...tags } as const
        return reply(c, await store.planSecret(teamId, scope, change, planContext(c, deps)))
      }
      const how = { ...tags, ...auditContext(c, deps), ...expectedPlan(c, headers) }
      return reply(c, { name, trashed: await store.deleteSecret(teamId, scope, name, how) })
    },
  )
}

type SecretWrite = { name: string; value?: string | undefined } & WriteCondition
type Asked = z.output<typeof writeQuery> & { headers: z.output<typeof planHeaders> }
type Done = { plan: Plan } | { teamId: string; scope: Scope; secret: Secret; created: boolean }

/** Sets a secret, or plans what setting it would affect. */
const set = async (
  c: Context<Env>,
  deps: Shared,
  of: Scope,
  write: SecretWrite,
  { dryRun, headers }: Asked,
): Promise<Done> => {
  const { value, ...condition } = write
  if (dryRun !== 'true' && value === undefined) throw missingValue()
  const { teamId, scope } = await requestedScope(c, deps, of.kind, of.id)
  if (dryRun === 'true' || value === undefined) {
    const plan = await deps.store.planSecret(teamId, scope, condition, planContext(c, deps))
    if (value === undefined || !plan.secret) return { plan }
    const { name, version } = plan.secret
    const same = await deps.isSame({ teamId, scope, name, version, value }, auditContext(c, deps))
    return { plan: { ...plan, same } }
  }
  const given = { ...condition, value, ...auditContext(c, deps), ...expectedPlan(c, headers) }
  return { teamId, scope, ...(await writeSecret(deps, teamId, scope, given)) }
}
