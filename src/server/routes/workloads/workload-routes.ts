import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Deps, Env } from '#server/deps.ts'
import { auditContext } from '#server/http/audit-context.ts'
import { recordRefusal } from '#server/http/authorize.ts'
import { isLimited, requireScopeAccess, visibilityOf } from '#server/http/key-limits.ts'
import { reply, replyJson } from '#server/http/reply.ts'
import { type Routes, serveUnder } from '#server/http/route.ts'
import { resolver } from '#server/services/resolve-secrets.ts'
import { decide } from '#shared/effective.ts'
import { Failure } from '#shared/failure.ts'
import { roleMay } from '#shared/people/role.ts'
import { secretName } from '#shared/secret.ts'
import { effectiveMatrix, explanation, type Pair, pair, resolved, resolveRequest } from '#shared/workload/workload.ts'

/** Adds the routes that resolve the values of workloads, and explain them. */
export const workloadRoutes = (routes: Routes, deps: Deps): void => {
  const serve = serveUnder(routes, 'Workloads')
  const { store } = deps
  const resolve = resolver(deps)

  serve(
    {
      method: 'post',
      path: '/v1/workloads/resolve',
      summary: 'Resolve a workload’s references to values, for an API key that is made for it',
      needs: 'runWorkloads',
      body: resolveRequest,
      answers: { 200: { schema: resolved, description: 'The variables with their values, and where from.' } },
    },
    async (c, { body }) => {
      await requireRunner(c, deps, body)
      return replyJson(c, await resolve(c.get('team').id, body, auditContext(c, deps)))
    },
  )

  serve(
    {
      method: 'get',
      path: '/v1/effective',
      summary: 'List which scopes have which names, for every pair of a project, a cluster or the team',
      needs: 'seeNames',
      query: pair,
      answers: { 200: { schema: effectiveMatrix, description: 'Names and versions, never a value.' } },
    },
    async (c, { query }) => {
      await requirePair(c, deps, query)
      return reply(c, await store.effectiveMatrix(c.get('team').id, query, visibilityOf(c)))
    },
  )

  serve(
    {
      method: 'get',
      path: '/v1/effective/{name}',
      summary: 'Explain which secret a workload gets for a name',
      needs: 'seeNames',
      params: z.object({ name: secretName }),
      query: pair,
      answers: { 200: { schema: explanation, description: 'What was searched, what wins and what it overrides.' } },
    },
    async (c, { params: { name }, query }) => {
      await requirePair(c, deps, query)
      const teamId = c.get('team').id
      const searched = await store.pairScopes(teamId, query)
      const decision = decide((await store.holders(teamId, searched, [name])).map(({ holder }) => holder))
      const { winner = null, overridden = [] } = decision ?? {}
      return reply(c, { name, searched, winner, overridden })
    },
  )
}

/** Refuses a project and cluster that the principal has no access to. */
const requirePair = async (c: Context<Env>, deps: Deps, { projectId, clusterId }: Pair): Promise<void> => {
  const { key } = c.get('principal')
  if (key && isLimited(key)) {
    if (projectId !== (key.projectId ?? undefined) || clusterId !== (key.clusterId ?? undefined)) {
      await recordRefusal(c, deps, otherPair(key.name))
    }
    return
  }
  if (projectId !== undefined) await requireScopeAccess(c, deps, { kind: 'project', id: projectId })
}

/** Refuses a key of another project and cluster, and an unlimited key whose owner may not have one. */
const requireRunner = async (c: Context<Env>, deps: Deps, asked: Pair): Promise<void> => {
  const { key } = c.get('principal')
  if (key && !isLimited(key) && !roleMay(c.get('team').role, 'manageKeys'))
    await recordRefusal(c, deps, unlimited(key.name))
  await requirePair(c, deps, asked)
}

const otherPair = (name: string) =>
  new Failure('FORBIDDEN', `The API key “${name}” is for another project and cluster. Use the key of this workload.`)

const unlimited = (name: string) =>
  new Failure(
    'FORBIDDEN',
    `The API key “${name}” is limited to no project or cluster, which only those of owners and admins may be.`,
  )
