import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Deps, Env } from '#server/deps.ts'
import { auditContext } from '#server/http/audit-context.ts'
import { requirePermission } from '#server/http/authorize.ts'
import { isLimited, requireScopeAccess, requireUnlimitedKey, visibilityOf } from '#server/http/key-limits.ts'
import { pageQuery } from '#server/http/page-query.ts'
import { reply } from '#server/http/reply.ts'
import { byId, type Routes, serveUnder } from '#server/http/route.ts'
import type { PrincipalKey } from '#server/identity/identity.ts'
import { createApiKey, renewApiKey } from '#server/services/make-api-key.ts'
import { Failure } from '#shared/failure.ts'
import { pageOf } from '#shared/page.ts'
import { type ApiKey, apiKey, keyOwners, keyRenewal, madeApiKey, newApiKey } from '#shared/people/api-key.ts'

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
      summary: 'List one’s own API keys, those of the other members, or those of the team',
      needs: 'makeKeys',
      query: pageQuery.extend({ of: z.enum(keyOwners, 'Ask for “me”, “others” or “team”.').default('me') }),
      answers: { 200: { schema: pageOf(apiKey), description: 'A page of keys, by name; never the key itself.' } },
    },
    async (c, { query: { of, ...query } }) => {
      const { user, key } = c.get('principal')
      const userId = key?.ofTeam ? null : user.id
      // To a key of the team, the team’s keys are its own.
      if (of === 'others' || (of === 'team' && userId !== null)) await requirePermission(c, deps, 'manageKeys')
      const owner = of === 'team' ? { userId: null } : { userId, others: of === 'others' }
      const visibility = visibilityOf(c)
      return reply(c, await store.listApiKeys(c.get('team').id, { ...query, ...owner, visibility, ...within(c) }))
    },
  )

  serve(
    {
      method: 'post',
      path: all,
      summary: 'Make an API key; only this answer has its text',
      needs: 'makeKeys',
      confirm: true,
      body: newApiKey,
      answers: { 201: { schema: madeApiKey, description: 'The key, this once.' } },
    },
    async (c, { body }) => {
      const team = c.get('team')
      // A key must not be limited to a project that the person may not see: the answer would reveal that it exists.
      if (body.projectId !== undefined) await requireScopeAccess(c, deps, { kind: 'project', id: body.projectId })
      const { id, key } = await createApiKey(deps, team, body, auditContext(c, deps), c.get('principal').key)
      return reply(c, { ...(await store.apiKey(team.id, id)), key }, { status: 201 })
    },
  )

  serve(
    {
      method: 'post',
      path: `${one}/renewal`,
      summary: 'Make the successor of an API key, which goes on working for a while; only this answer has its text',
      needs: 'makeKeys',
      confirm: true,
      params: byId,
      body: keyRenewal,
      answers: { 201: { schema: madeApiKey, description: 'The new key, this once.' } },
    },
    async (c, { params: { id }, body }) => {
      const team = c.get('team')
      const known = await store.apiKey(team.id, id)
      if (known.member === null && !isOwn(c, known)) await requirePermission(c, deps, 'manageKeys')
      else if (!isOwn(c, known)) throw notYours()
      await requireAlike(c, deps, known)
      if (known.project) await requireScopeAccess(c, deps, { kind: 'project', id: known.project.id })
      const renewed = await renewApiKey(deps, team, known, body, auditContext(c, deps), c.get('principal').key)
      return reply(c, { ...(await store.apiKey(team.id, renewed.id)), key: renewed.key }, { status: 201 })
    },
  )

  serve(
    {
      method: 'delete',
      path: one,
      summary: 'Revoke an API key, and those that were made with it',
      needs: 'makeKeys',
      confirm: true,
      params: byId,
      answers: { 200: { schema: byId, description: 'It is refused from the next request on.' } },
    },
    async (c, { params: { id } }) => {
      const teamId = c.get('team').id
      const known = await store.apiKey(teamId, id)
      if (!isOwn(c, known)) await requirePermission(c, deps, 'manageKeys')
      await requireAlike(c, deps, known)
      await store.revokeApiKey(teamId, id, auditContext(c, deps))
      return reply(c, { id })
    },
  )
}

/** Returns whether a key belongs to who asks: a person, or the team by one of its keys. */
const isOwn = (c: Context<Env>, { member }: ApiKey): boolean => {
  const { user, key } = c.get('principal')
  return member === null ? key?.ofTeam === true : member.id === user.id
}

/** Refuses a limited key, for a key with other limits. */
const requireAlike = async (c: Context<Env>, deps: Deps, known: ApiKey): Promise<void> => {
  const { key } = c.get('principal')
  if (key && isLimited(key) && !isAlike(key, known)) await requireUnlimitedKey(c, deps)
}

/** A limited key makes, lists and revokes only keys with the same limits. */
const isAlike = (key: PrincipalKey, { project, cluster }: ApiKey): boolean =>
  key.projectId === (project?.id ?? null) && key.clusterId === (cluster?.id ?? null)

/** The new key would act as another person. */
const notYours = () =>
  new Failure('NOT_FOUND', 'You have no such API key. Only its owner renews a key, because it acts as its owner.')

const within = (c: Context<Env>) => {
  const { key } = c.get('principal')
  return key && isLimited(key) ? { within: { projectId: key.projectId, clusterId: key.clusterId } } : {}
}
