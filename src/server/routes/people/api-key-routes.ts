import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Deps, Env } from '#server/deps.ts'
import { auditContext } from '#server/http/audit-context.ts'
import { requireConfirmation, requirePermission } from '#server/http/authorize.ts'
import { isLimited, requireScopeAccess, requireUnlimitedKey, visibilityOf } from '#server/http/key-limits.ts'
import { pageQuery } from '#server/http/page-query.ts'
import { reply } from '#server/http/reply.ts'
import { byId, type Routes, serveUnder } from '#server/http/route.ts'
import type { PrincipalKey } from '#server/identity/identity.ts'
import { createApiKey } from '#server/services/make-api-key.ts'
import { pageOf } from '#shared/page.ts'
import { type ApiKey, apiKey, keyOwners, madeApiKey, newApiKey } from '#shared/people/api-key.ts'

const all = '/v1/api-keys'
const one = `${all}/{id}`

/** Adds the routes of API keys. */
export const apiKeyRoutes = (routes: Routes, deps: Deps): void => {
  const serve = serveUnder(routes, 'API keys')
  const { store } = deps

  serve(
    {
      method: 'get',
      path: all,
      summary: 'List one’s own API keys, or those of the other members',
      needs: 'makeKeys',
      query: pageQuery.extend({ of: z.enum(keyOwners, 'Ask for “me” or “others”.').default('me') }),
      answers: { 200: { schema: pageOf(apiKey), description: 'A page of keys, by name; never the key itself.' } },
    },
    async (c, { query: { of, ...query } }) => {
      if (of === 'others') await requirePermission(c, deps, 'manageKeys')
      const userId = c.get('principal').user.id
      return reply(
        c,
        await store.listApiKeys(c.get('team').id, {
          ...query,
          userId,
          others: of === 'others',
          visibility: visibilityOf(c),
          ...within(c),
        }),
      )
    },
  )

  serve(
    {
      method: 'post',
      path: all,
      summary: 'Make an API key; only this answer has its text',
      needs: 'makeKeys',
      body: newApiKey,
      answers: { 201: { schema: madeApiKey, description: 'The key, this once.' } },
    },
    async (c, { body }) => {
      requireConfirmation(c, deps)
      const team = c.get('team')
      // A key must not be limited to a project that the person may not see: the answer would reveal that it exists.
      if (body.projectId !== undefined) await requireScopeAccess(c, deps, { kind: 'project', id: body.projectId })
      const { id, key } = await createApiKey(deps, team, body, auditContext(c, deps), c.get('principal').key)
      return reply(c, { ...(await store.apiKey(team.id, id)), key }, { status: 201 })
    },
  )

  serve(
    {
      method: 'delete',
      path: one,
      summary: 'Revoke an API key, and those that were made with it',
      needs: 'makeKeys',
      params: byId,
      answers: { 200: { schema: byId, description: 'It is refused from the next request on.' } },
    },
    async (c, { params: { id } }) => {
      const teamId = c.get('team').id
      const { user, key } = c.get('principal')
      const known = await store.apiKey(teamId, id)
      if (known.member.id !== user.id) await requirePermission(c, deps, 'manageKeys')
      if (key && isLimited(key) && !isAlike(key, known)) await requireUnlimitedKey(c, deps)
      await store.revokeApiKey(teamId, id, auditContext(c, deps))
      return reply(c, { id })
    },
  )
}

/** A limited key makes, lists and revokes only keys with the same limits. */
const isAlike = (key: PrincipalKey, { project, cluster }: ApiKey): boolean =>
  key.projectId === (project?.id ?? null) && key.clusterId === (cluster?.id ?? null)

const within = (c: Context<Env>) => {
  const { key } = c.get('principal')
  return key && isLimited(key) ? { within: { projectId: key.projectId, clusterId: key.clusterId } } : {}
}
