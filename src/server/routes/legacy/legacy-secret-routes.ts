import { z } from '@hono/zod-openapi'
import type { Deps } from '#server/deps.ts'
import { auditContext } from '#server/http/audit-context.ts'
import { reply } from '#server/http/reply.ts'
import { type Routes, serveUnder, usualFails } from '#server/http/route.ts'
import { writeSecret } from '#server/services/write-secret.ts'
import { type ScopeKind, scopeKinds, scopePaths } from '#shared/scope.ts'
import { type Secret, secretChange, secretName } from '#shared/secret.ts'
import { readAllPages, requestedScope, scopeQueries } from './legacy-request.ts'

const byName = z.object({ name: secretName })
const listed = z.object({ name: z.string(), dtCreated: z.iso.datetime(), dtModified: z.iso.datetime() })

/** Adds the discontinued service's routes of secrets: the scope is in the query, lists are complete plain arrays. */
export const legacySecretRoutes = (routes: Routes, deps: Deps): void => {
  for (const kind of scopeKinds) routesOf(routes, deps, kind)
}

const routesOf = (routes: Routes, deps: Deps, kind: ScopeKind): void => {
  const serve = serveUnder(routes, 'Legacy')
  const { store } = deps
  const all = `/${scopePaths[kind]}/secrets`
  const one = `${all}/{name}`
  const shared = { query: scopeQueries[kind] }
  const setPermission = kind === 'project' ? 'setProjectSecrets' : 'setSharedSecrets'

  serve(
    {
      ...shared,
      method: 'get',
      path: all,
      summary: `List the names of all secrets of a ${kind}`,
      needs: 'seeNames',
      answers: { 200: { schema: z.array(listed), description: 'All names, never with a value.' } },
    },
    async (c, { query }) => {
      const { teamId, scope } = await requestedScope(c, deps, kind, query)
      const secrets = await readAllPages((after) => store.listSecrets(teamId, scope, { after }))
      return reply(c, secrets.map(toListed))
    },
  )

  serve(
    {
      ...shared,
      method: 'put',
      path: one,
      summary: `Set a secret of a ${kind}, new or not`,
      needs: setPermission,
      params: byName,
      body: secretChange,
      answers: { 200: { schema: listed, description: 'The secret is set.' } },
      fails: [...usualFails, 'CONFLICT'],
    },
    async (c, { params: { name }, query, body: { value } }) => {
      const { teamId, scope } = await requestedScope(c, deps, kind, query)
      const write = { name, value, expect: 'any', ...auditContext(c, deps) } as const
      const { secret } = await writeSecret(deps, teamId, scope, write)
      return reply(c, toListed(secret))
    },
  )

  serve(
    {
      ...shared,
      method: 'delete',
      path: one,
      summary: `Delete a secret of a ${kind}`,
      needs: setPermission,
      params: byName,
      answers: { 200: { schema: z.object({ name: z.string() }), description: 'The secret is deleted.' } },
    },
    async (c, { params: { name }, query }) => {
      const { teamId, scope } = await requestedScope(c, deps, kind, query)
      await store.deleteSecret(teamId, scope, name, auditContext(c, deps))
      return reply(c, { name })
    },
  )
}

const toListed = ({ name, dtCreated, dtModified }: Secret): z.infer<typeof listed> => ({ name, dtCreated, dtModified })
