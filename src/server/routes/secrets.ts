import { type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { FailureCode } from '#shared/failure.ts'
import { pageOf } from '#shared/page.ts'
import { type Scope, type ScopeKind, scopeKinds, scopePaths } from '#shared/scope.ts'
import { newSecret, type Secret, secret, secretChange, secretName } from '#shared/secret.ts'
import type { Deps, Env } from '../deps.ts'
import { requireReach, sightOf } from '../http/reach.ts'
import { reply, replyJson } from '../http/reply.ts'
import { serve } from '../http/route.ts'
import { stamp } from '../http/stamp.ts'
import { type KeptLists, keptLists } from '../kept-lists.ts'
import { writeSecret } from '../secrets.ts'
import { listQuery } from './list-query.ts'

const include = z.enum(['overlaps']).optional().describe('Adds where else in the team the name is set.')
const inScope = z.object({ id: z.string().max(100) })
const oneSecret = inScope.extend({ name: secretName })
const query = z.object({ include })
const ifMatch = z.object({ 'if-match': z.string().max(1000).optional() })
const conditions = ifMatch.extend({
  'if-none-match': z.literal('*', 'The only “If-None-Match” that is understood is “*”.').optional(),
})
const refusals = ['BAD_REQUEST', 'UNAUTHORIZED', 'FORBIDDEN', 'NOT_FOUND'] satisfies FailureCode[]

/** The routes of secrets, alike for the three kinds of scopes. */
export const secretRoutes = (app: OpenAPIHono<Env>, deps: Deps): void => {
  const lists = keptLists(deps)
  for (const kind of scopeKinds) secretRoutesOf(app, deps, lists, kind)
}

const secretRoutesOf = (app: OpenAPIHono<Env>, deps: Deps, lists: KeptLists, kind: ScopeKind): void => {
  const { store } = deps
  const tags = ['Secrets']
  const toSet = kind === 'project' ? 'setProjectSecrets' : 'setSharedSecrets'
  const all = `/v1/${scopePaths[kind]}/{id}/secrets`
  const one = `${all}/{name}`
  const stored = { status: 201, schema: secret, description: 'The secret is stored.' }
  const replaced = { status: 200, schema: secret, description: 'The secret is replaced.' }

  serve(
    app,
    {
      method: 'get',
      path: all,
      tags,
      summary: `List the names of a ${kind}’s secrets`,
      needs: 'seeNames',
      params: inScope,
      query: listQuery.extend({ include }),
      answers: [{ status: 200, schema: pageOf(secret), description: 'A page of names, never with a value.' }],
      fails: refusals,
    },
    async (c, { params, query: { include, ...query } }) => {
      const { teamId, scope } = await place(c, deps, kind, params.id)
      return replyJson(c, await lists(teamId, scope, { ...query, overlaps: include === 'overlaps', sight: sightOf(c) }))
    },
  )

  serve(
    app,
    {
      method: 'post',
      path: all,
      tags,
      summary: `Store a new secret in a ${kind}`,
      needs: toSet,
      params: inScope,
      query,
      body: newSecret,
      answers: [stored],
      fails: [...refusals, 'CONFLICT'],
    },
    async (c, { params, query, body }) => {
      const { teamId, scope } = await place(c, deps, kind, params.id)
      const { secret } = await writeSecret(deps, teamId, scope, { ...body, expect: 'absent', ...stamp(c, deps) })
      return answerSecret(c, deps, { teamId, scope, secret, status: 201, ...query })
    },
  )

  serve(
    app,
    {
      method: 'get',
      path: one,
      tags,
      summary: `Look up what is known of one secret of a ${kind}`,
      needs: 'seeNames',
      params: oneSecret,
      query,
      answers: [{ status: 200, schema: secret, description: 'Everything but the value.' }],
      fails: refusals,
    },
    async (c, { params, query }) => {
      const { teamId, scope } = await place(c, deps, kind, params.id)
      const secret = await store.secret(teamId, scope, params.name)
      return answerSecret(c, deps, { teamId, scope, secret, status: 200, ...query })
    },
  )

  serve(
    app,
    {
      method: 'put',
      path: one,
      tags,
      summary: `Set a secret of a ${kind}, new or not`,
      needs: toSet,
      params: oneSecret,
      query,
      headers: conditions,
      body: secretChange,
      answers: [replaced, stored],
      fails: [...refusals, 'CONFLICT', 'PRECONDITION_FAILED'],
    },
    async (c, { params, query, headers, body }) => {
      const { teamId, scope } = await place(c, deps, kind, params.id)
      const { secret, created } = await writeSecret(deps, teamId, scope, {
        name: params.name,
        value: body.value,
        expect: 'any',
        ifNoneMatch: headers['if-none-match'] === '*',
        ...tagsOf(headers['if-match']),
        ...stamp(c, deps),
      })
      return answerSecret(c, deps, { teamId, scope, secret, status: created ? 201 : 200, ...query })
    },
  )

  serve(
    app,
    {
      method: 'patch',
      path: one,
      tags,
      summary: `Give a secret of a ${kind} a new value`,
      needs: toSet,
      params: oneSecret,
      query,
      headers: ifMatch,
      body: secretChange,
      answers: [replaced],
      fails: [...refusals, 'PRECONDITION_FAILED'],
    },
    async (c, { params, query, headers, body }) => {
      const { teamId, scope } = await place(c, deps, kind, params.id)
      const { secret } = await writeSecret(deps, teamId, scope, {
        name: params.name,
        value: body.value,
        expect: 'present',
        ...tagsOf(headers['if-match']),
        ...stamp(c, deps),
      })
      return answerSecret(c, deps, { teamId, scope, secret, status: 200, ...query })
    },
  )

  serve(
    app,
    {
      method: 'delete',
      path: one,
      tags,
      summary: `Delete a secret of a ${kind}`,
      needs: toSet,
      params: oneSecret,
      headers: ifMatch,
      answers: [{ status: 200, schema: z.object({ name: z.string() }), description: 'The secret is deleted.' }],
      fails: [...refusals, 'PRECONDITION_FAILED'],
    },
    async (c, { params: { id, name }, headers }) => {
      const { teamId, scope } = await place(c, deps, kind, id)
      await store.deleteSecret(teamId, scope, name, { ...tagsOf(headers['if-match']), ...stamp(c, deps) })
      return reply(c, { name })
    },
  )
}

/** Which scope of which team a path means, for a principal who may reach it. A team may be named by its namespace. */
const place = async (c: Context<Env>, deps: Deps, kind: ScopeKind, id: string) => {
  const teamId = c.get('team').id
  const scope: Scope = { kind, id: kind === 'team' ? teamId : id }
  await requireReach(c, deps, scope)
  return { teamId, scope }
}

const tagsOf = (header: string | undefined): { ifMatch?: readonly string[] } =>
  header === undefined ? {} : { ifMatch: header.split(',').map((tag) => tag.trim()) }

type AboutOne = { teamId: string; scope: Scope; secret: Secret; status: 200 | 201; include?: 'overlaps' | undefined }

/** Every answer about one secret carries its ETag. */
const answerSecret = async (c: Context<Env>, { store }: Deps, { teamId, scope, secret, status, include }: AboutOne) => {
  const overlaps = include ? { overlaps: await store.overlaps(teamId, scope, secret.name, sightOf(c)) } : {}
  return reply(c, { ...secret, ...overlaps }, { status, headers: { etag: secret.etag } })
}
