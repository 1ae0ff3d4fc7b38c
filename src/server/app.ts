import { type Context, Hono, type MiddlewareHandler } from 'hono'
import * as z from 'zod'
import { requireConfirmation, requirePrincipal } from '#server/http/authorize.ts'
import { errorHandler, refuseUnknownAddress } from '#server/http/error-handler.ts'
import { readStrictJson } from '#server/http/read-json-body.ts'
import { replyJson, strictTransport } from '#server/http/reply.ts'
import { checkHost, logRequest, refuseCrossSite, refuseKeyInAddress, refuseNul } from '#server/http/request-guards.ts'
import { type Description, serveUnder } from '#server/http/route.ts'
import { apiRoots, createRouteTable, type RouteTable } from '#server/http/route-table.ts'
import { accountRoutes } from '#server/routes/account/account-routes.ts'
import { resetRoutes } from '#server/routes/account/reset-routes.ts'
import { sessionRoutes } from '#server/routes/account/session-routes.ts'
import { legacyClusterRoutes } from '#server/routes/legacy/legacy-cluster-routes.ts'
import { legacyEphemeralRoutes } from '#server/routes/legacy/legacy-ephemeral-routes.ts'
import { legacyProjectRoutes } from '#server/routes/legacy/legacy-project-routes.ts'
import { legacySecretRoutes } from '#server/routes/legacy/legacy-secret-routes.ts'
import { apiKeyRoutes } from '#server/routes/people/api-key-routes.ts'
import { auditRoutes } from '#server/routes/people/audit-routes.ts'
import { cliLoginRoutes } from '#server/routes/people/cli-login-routes.ts'
import { eventRoutes } from '#server/routes/people/event-routes.ts'
import { inviteRoutes } from '#server/routes/people/invite-routes.ts'
import { memberRoutes } from '#server/routes/people/member-routes.ts'
import { projectAccessRoutes } from '#server/routes/people/project-access-routes.ts'
import { teamRoutes } from '#server/routes/people/team-routes.ts'
import { scopeRoutes } from '#server/routes/secrets/scope-routes.ts'
import { scopeTrashRoutes } from '#server/routes/secrets/scope-trash-routes.ts'
import { secretRoutes } from '#server/routes/secrets/secret-routes.ts'
import { trashRoutes } from '#server/routes/secrets/trash-routes.ts'
import { versionRoutes } from '#server/routes/secrets/version-routes.ts'
import { workloadRoutes } from '#server/routes/workloads/workload-routes.ts'
import { type JsonBytes, jsonBytes } from '#server/services/json-bytes.ts'
import { requestLimiter } from '#server/services/request-limiter.ts'
import { DatabaseGone } from '#server/store/database-gone.ts'
import type { Deps, Env } from './deps.ts'

/** Fills a table with every route of the API. */
export const apiRoutes = (deps: Deps): RouteTable => {
  const routes = createRouteTable()
  sessionRoutes(routes, deps)
  accountRoutes(routes, deps)
  memberRoutes(routes, deps)
  resetRoutes(routes, deps)
  inviteRoutes(routes, deps)
  apiKeyRoutes(routes, deps)
  cliLoginRoutes(routes, deps)
  auditRoutes(routes, deps)
  scopeRoutes(routes, deps)
  projectAccessRoutes(routes, deps)
  secretRoutes(routes, deps)
  versionRoutes(routes, deps)
  trashRoutes(routes, deps)
  scopeTrashRoutes(routes, deps)
  workloadRoutes(routes, deps)
  eventRoutes(routes, deps)
  legacySecretRoutes(routes, deps)
  legacyProjectRoutes(routes, deps)
  legacyClusterRoutes(routes, deps)
  legacyEphemeralRoutes(routes, deps)
  teamRoutes(routes, deps)
  openApiRoute(routes, deps)
  return routes
}

const openApiRoute = (routes: RouteTable, { version }: Deps): void => {
  let document: JsonBytes<unknown> | undefined
  serveUnder(routes)(
    {
      method: 'get',
      path: '/v1/openapi.json',
      summary: 'Describe the API',
      needs: 'nobody',
      answers: { 200: { schema: z.unknown(), description: 'The OpenAPI document.' } },
      fails: [],
      hidden: true,
    },
    async (c) => {
      document ??= jsonBytes(routes.openApiDocument(version))
      return replyJson(c, document)
    },
  )
}

/** Returns whether a request asks for the plan of a change. On a route without plans, the parameter means nothing. */
const isPlan = (c: Context<Env>, { query }: Description): boolean =>
  query !== undefined && 'dryRun' in query.shape && c.req.query('dryRun') === 'true'

/**
 * Creates the API as a function of its dependencies: `/v1`, the discontinued service's routes, and the probes. Uses web
 * standards only, so that it runs in the server and in the browser of someone who works on the console.
 */
export const createApp = (deps: Deps, routes: RouteTable = apiRoutes(deps)): Hono<Env> => {
  const app = new Hono<Env>()
  const isSecure = deps.publicUrl?.protocol === 'https:'
  if (isSecure) {
    app.use('*', (c, next) => {
      c.set('secure', true)
      return next()
    })
  }

  const admit = requestLimiter(deps.requestRate, deps.now)
  const guard: MiddlewareHandler<Env> = async (c, next) => {
    const { description, pattern } = routes.find(c)
    c.set('route', pattern)
    checkHost(c, deps)
    refuseNul(c)
    refuseKeyInAddress(c)
    refuseCrossSite(c, deps)
    await requirePrincipal(c, deps, description.needs, admit)
    if (description.confirm && !isPlan(c, description)) requireConfirmation(c, deps)
    if (description.body) await readStrictJson(c)
    await next()
  }
  for (const root of apiRoots) app.use(`${root}/*`, logRequest(deps), guard)
  app.onError(errorHandler(deps))
  routes.mount(app)

  const probeHeaders = isSecure ? strictTransport : {}
  app.get('/healthz', (c) => c.text('ok\n', 200, probeHeaders))
  app.get('/readyz', async (c) => {
    const failure = await deps.store.ping().then(
      () => undefined,
      (error) => (error instanceof DatabaseGone ? error.message : 'The database does not answer.'),
    )
    return failure === undefined
      ? c.text('ready\n', 200, probeHeaders)
      : c.text(`${failure}\n`, 503, { 'retry-after': '1', ...probeHeaders })
  })
  app.use('*', refuseUnknownAddress)

  return app
}
