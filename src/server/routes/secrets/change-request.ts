import { z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { Deps, Env } from '#server/deps.ts'
import { requireReach, sightOf } from '#server/http/key-limits.ts'
import { type Reply, reply } from '#server/http/reply.ts'
import type { FailureCode } from '#shared/failure.ts'
import type { Scope, ScopeKind } from '#shared/scope.ts'
import { type Secret, secretName } from '#shared/secret.ts'
import { planHeaders, planQuery } from './plan-request.ts'
import { include, included } from './secret-query.ts'

// What the routes about secrets, their versions and the trash have in common.

export const inScope = z.object({ id: z.string().max(100) })
export const oneSecret = inScope.extend({ name: secretName })
export const writeQuery = planQuery.extend({ include })
export const ifMatch = planHeaders.extend({ 'if-match': z.string().max(1000).optional() })
export const refusals = ['BAD_REQUEST', 'UNAUTHORIZED', 'FORBIDDEN', 'NOT_FOUND'] satisfies FailureCode[]

/** What it needs to change the secrets of a scope. */
export const toSet = (kind: ScopeKind) => (kind === 'project' ? 'setProjectSecrets' : 'setSharedSecrets')

/** Which scope of which team a path means, for a principal who may reach it. A team may be named by its namespace. */
export const place = async (c: Context<Env>, deps: Deps, kind: ScopeKind, id: string) => {
  const teamId = c.get('team').id
  const scope: Scope = { kind, id: kind === 'team' ? teamId : id }
  await requireReach(c, deps, scope)
  return { teamId, scope }
}

export const tagsOf = (header: string | undefined): { ifMatch?: readonly string[] } =>
  header === undefined ? {} : { ifMatch: header.split(',').map((tag) => tag.trim()) }

type AboutOne<Status> = { teamId: string; scope: Scope; secret: Secret; status: Status; include?: string | undefined }

/** Every answer about one secret carries its ETag. */
export const answerSecret = async <Status extends 200 | 201>(
  c: Context<Env>,
  { store }: Deps,
  { teamId, scope, secret, status, include }: AboutOne<Status>,
): Promise<Reply<Secret, Status>> => {
  const { overlaps, lastUse } = included(include)
  const { name, etag } = secret
  const sight = sightOf(c)
  const added = {
    ...(overlaps ? { overlaps: await store.overlaps(teamId, scope, name, sight) } : {}),
    ...(lastUse ? { lastUse: (await store.lastUses(teamId, scope, [name], sight)).get(name) ?? null } : {}),
  }
  return reply(c, { ...secret, ...added }, { status, headers: { etag } })
}
