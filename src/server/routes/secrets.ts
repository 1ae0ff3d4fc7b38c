import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { pageOf } from '#shared/page.ts'
import { type Scope, type ScopeKind, scopeKinds, scopePaths } from '#shared/scope.ts'
import { newSecret, type Secret, secret, secretChange, secretName } from '#shared/secret.ts'
import type { Deps, Env } from '../deps.ts'
import { answer, failures, jsonBody } from '../http/answers.ts'
import { teamInPath } from '../http/principal.ts'
import { writeSecret } from '../secrets.ts'
import type { SecretQuery, Stamp } from '../store.ts'
import { listQuery } from './list-query.ts'

const include = z.enum(['overlaps']).optional().describe('Adds where else in the team the name is set.')
const inScope = z.object({ id: z.string().max(100) })
const oneSecret = inScope.extend({ name: secretName })
const oneQuery = z.object({ include })
const conditions = z.object({
  'if-match': z.string().max(1000).optional(),
  'if-none-match': z.literal('*', 'The only “If-None-Match” that is understood is “*”.').optional(),
})
const refusals = failures('BAD_REQUEST', 'UNAUTHORIZED', 'FORBIDDEN', 'NOT_FOUND')

/** The routes of secrets, alike for the three kinds of scopes. */
export const secretRoutes = (app: OpenAPIHono<Env>, deps: Deps): void => {
  for (const kind of scopeKinds) secretRoutesOf(app, deps, kind)
}

const secretRoutesOf = (app: OpenAPIHono<Env>, deps: Deps, kind: ScopeKind): void => {
  const { store } = deps
  const tags = ['Secrets']
  const all = `/v1/${scopePaths[kind]}/{id}/secrets`
  const one = `${all}/{name}`

  app.openapi(
    createRoute({
      method: 'get',
      path: all,
      tags,
      summary: `List the names of a ${kind}’s secrets`,
      request: { params: inScope, query: listQuery.extend({ include }) },
      responses: { 200: answer(pageOf(secret), 'A page of names, never with a value.'), ...refusals },
    }),
    async (c) => {
      const { teamId, scope } = place(c, kind, c.req.valid('param').id)
      const { include, ...query } = c.req.valid('query')
      const asked = { ...query, overlaps: include === 'overlaps' } as SecretQuery
      return c.json(await store.listSecrets(teamId, scope, asked), 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'post',
      path: all,
      tags,
      summary: `Store a new secret in a ${kind}`,
      request: { params: inScope, query: oneQuery, body: jsonBody(newSecret) },
      responses: { 201: answer(secret, 'The secret is stored.'), ...refusals, ...failures('CONFLICT') },
    }),
    async (c) => {
      const { teamId, scope } = place(c, kind, c.req.valid('param').id)
      const body = c.req.valid('json')
      const { secret } = await writeSecret(deps, teamId, scope, { ...body, expect: 'absent', ...stamp(c, deps) })
      return answerSecret(c, deps, teamId, scope, secret, 201)
    },
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: one,
      tags,
      summary: `Look up what is known of one secret of a ${kind}`,
      request: { params: oneSecret, query: oneQuery },
      responses: { 200: answer(secret, 'Everything but the value.'), ...refusals },
    }),
    async (c) => {
      const { id, name } = c.req.valid('param')
      const { teamId, scope } = place(c, kind, id)
      return answerSecret(c, deps, teamId, scope, await store.secret(teamId, scope, name), 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'put',
      path: one,
      tags,
      summary: `Set a secret of a ${kind}, new or not`,
      request: { params: oneSecret, query: oneQuery, headers: conditions, body: jsonBody(secretChange) },
      responses: {
        200: answer(secret, 'The secret is replaced.'),
        201: answer(secret, 'The secret is stored.'),
        ...refusals,
        ...failures('CONFLICT', 'PRECONDITION_FAILED'),
      },
    }),
    async (c) => {
      const { id, name } = c.req.valid('param')
      const { teamId, scope } = place(c, kind, id)
      const { secret, created } = await writeSecret(deps, teamId, scope, {
        name,
        value: c.req.valid('json').value,
        expect: 'any',
        ifNoneMatch: c.req.valid('header')['if-none-match'] === '*',
        ...ifMatch(c.req.valid('header')['if-match']),
        ...stamp(c, deps),
      })
      return answerSecret(c, deps, teamId, scope, secret, created ? 201 : 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'patch',
      path: one,
      tags,
      summary: `Give a secret of a ${kind} a new value`,
      request: { params: oneSecret, query: oneQuery, headers: conditions, body: jsonBody(secretChange) },
      responses: { 200: answer(secret, 'The secret is replaced.'), ...refusals, ...failures('PRECONDITION_FAILED') },
    }),
    async (c) => {
      const { id, name } = c.req.valid('param')
      const { teamId, scope } = place(c, kind, id)
      const { secret } = await writeSecret(deps, teamId, scope, {
        name,
        value: c.req.valid('json').value,
        expect: 'present',
        ...ifMatch(c.req.valid('header')['if-match']),
        ...stamp(c, deps),
      })
      return answerSecret(c, deps, teamId, scope, secret, 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'delete',
      path: one,
      tags,
      summary: `Delete a secret of a ${kind}`,
      request: { params: oneSecret, headers: conditions },
      responses: {
        200: answer(z.object({ name: z.string() }), 'The secret is deleted.'),
        ...refusals,
        ...failures('PRECONDITION_FAILED'),
      },
    }),
    async (c) => {
      const { id, name } = c.req.valid('param')
      const { teamId, scope } = place(c, kind, id)
      await store.deleteSecret(teamId, scope, name, ifMatch(c.req.valid('header')['if-match']))
      return c.json({ name }, 200)
    },
  )
}

/** Which scope of which team a path means. A team may be named by its namespace. */
const place = (c: Context<Env>, kind: ScopeKind, id: string): { teamId: string; scope: Scope } => {
  if (kind !== 'team') return { teamId: c.get('team').id, scope: { kind, id } }
  const team = teamInPath(c, id)
  return { teamId: team.id, scope: { kind, id: team.id } }
}

const stamp = (c: Context<Env>, { now }: Deps): Stamp => ({ by: c.get('principal').user.id, at: now() })

const ifMatch = (header: string | undefined): { ifMatch?: readonly string[] } =>
  header === undefined ? {} : { ifMatch: header.split(',').map((tag) => tag.trim()) }

/** Every answer about one secret carries its ETag. */
const answerSecret = async <Status extends 200 | 201>(
  c: Context<Env>,
  { store }: Deps,
  teamId: string,
  scope: Scope,
  found: Secret,
  status: Status,
) => {
  c.header('etag', found.etag)
  if (c.req.query('include') !== 'overlaps') return c.json(found, status)
  return c.json({ ...found, overlaps: await store.overlaps(teamId, scope, found.name) }, status)
}
