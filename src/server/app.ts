import { OpenAPIHono } from '@hono/zod-openapi'
import type { MiddlewareHandler } from 'hono'
import type { Deps, Env } from './deps.ts'
import { apiRoots } from './http/api-paths.ts'
import { answerFailure, refuseElsewhere, unroutedRefuser } from './http/failures.ts'
import { checkHost, observe, refuseCrossSite, refuseKeyInAddress, refuseNul } from './http/guards.ts'
import { readStrictJson } from './http/json.ts'
import { noteNeeds } from './http/needs.ts'
import { requirePrincipal } from './http/principal.ts'
import { type JsonBytes, replyJson } from './http/reply.ts'
import { accountRoutes } from './routes/account.ts'
import { apiKeyRoutes } from './routes/api-keys.ts'
import { auditRoutes } from './routes/audit.ts'
import { cliLoginRoutes } from './routes/cli-logins.ts'
import { eventRoutes } from './routes/events.ts'
import { inviteRoutes } from './routes/invites.ts'
import { legacyRoutes } from './routes/legacy/legacy.ts'
import { memberRoutes } from './routes/members.ts'
import { projectAccessRoutes } from './routes/project-access.ts'
import { scopeRoutes } from './routes/scopes.ts'
import { secretRoutes } from './routes/secrets.ts'
import { sessionRoutes } from './routes/session.ts'
import { trashRoutes } from './routes/trash.ts'
import { versionRoutes } from './routes/versions.ts'
import { workloadRoutes } from './routes/workloads.ts'

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
