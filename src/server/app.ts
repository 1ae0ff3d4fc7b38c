import { OpenAPIHono } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import { answerFailure, refuseElsewhere, unroutedRefuser } from '#server/http/answer-failure.ts'
import { apiRoots } from '#server/http/api-paths.ts'
import { checkHost, observe, refuseCrossSite, refuseKeyInAddress, refuseNul } from '#server/http/guards.ts'
import { noteNeeds } from '#server/http/needs.ts'
import { type JsonBytes, replyJson } from '#server/http/reply.ts'
import { requirePrincipal } from '#server/http/require-principal.ts'
import { readStrictJson } from '#server/http/strict-json.ts'
import { accountRoutes } from '#server/routes/account/account-routes.ts'
import { sessionRoutes } from '#server/routes/account/session-routes.ts'
import { legacyRoutes } from '#server/routes/legacy/legacy-routes.ts'
import { apiKeyRoutes } from '#server/routes/people/api-key-routes.ts'
import { auditRoutes } from '#server/routes/people/audit-routes.ts'
import { eventRoutes } from '#server/routes/people/event-routes.ts'
import { inviteRoutes } from '#server/routes/people/invite-routes.ts'
import { cliLoginRoutes } from '#server/routes/people/login-routes.ts'
import { memberRoutes } from '#server/routes/people/member-routes.ts'
import { projectAccessRoutes } from '#server/routes/people/project-access-routes.ts'
import { scopeRoutes } from '#server/routes/secrets/scope-routes.ts'
import { secretRoutes } from '#server/routes/secrets/secret-routes.ts'
import { trashRoutes } from '#server/routes/secrets/trash-routes.ts'
import { versionRoutes } from '#server/routes/secrets/version-routes.ts'
import { workloadRoutes } from '#server/routes/workloads/workload-routes.ts'
import type { Deps, Env } from './deps.ts'

const about = {
  openapi: '3.1.0',
  info: {
    title: 'Gradient Secrets',
    version: '1',
    description: 'Secrets of teams, clusters and projects. Names are listed; values go to workloads only.',
  },
}

/**
 * The API as a function of what it depends on: `/v1`, the discontinued service's routes, and the probes. It uses nothing
 * but web standards, so that it runs in the server as in the browser of someone who works on the console.
 */
export const createApp = (deps: Deps): OpenAPIHono<Env> => {
  const app = new OpenAPIHono<Env>()

  const refuseUnrouted = unroutedRefuser(app)
  const guard: MiddlewareHandler<Env> = async (c, next) => {
    refuseUnrouted(c)
    checkHost(c, deps)
    refuseNul(c)
    refuseKeyInAddress(c)
    refuseCrossSite(c, deps)
    await requirePrincipal(c, deps)
    await readStrictJson(c)
    await next()
  }
  for (const root of apiRoots) app.use(`${root}/*`, observe(deps), guard)
  app.onError(answerFailure(deps))

  sessionRoutes(app, deps)
  accountRoutes(app, deps)
  memberRoutes(app, deps)
  inviteRoutes(app, deps)
  apiKeyRoutes(app, deps)
  cliLoginRoutes(app, deps)
  auditRoutes(app, deps)
  scopeRoutes(app, deps)
  projectAccessRoutes(app, deps)
  secretRoutes(app, deps)
  versionRoutes(app, deps)
  trashRoutes(app, deps)
  workloadRoutes(app, deps)
  eventRoutes(app, deps)
  legacyRoutes(app, deps)

  let description: JsonBytes<unknown> | undefined
  noteNeeds('GET', '/v1/openapi.json', 'nobody')
  app.get('/v1/openapi.json', (c) => {
    description ??= new TextEncoder().encode(JSON.stringify(app.getOpenAPI31Document(about)))
    return replyJson(c, description)
  })

  app.get('/healthz', (c) => c.text('ok\n'))
  app.get('/readyz', async (c) => {
    const ready = await deps.store.ping().then(
      () => true,
      () => false,
    )
    return ready ? c.text('ready\n') : c.text('The database does not answer.\n', 503, { 'retry-after': '1' })
  })
  app.use('*', refuseElsewhere)

  return app
}
