import { OpenAPIHono } from '@hono/zod-openapi'
import type { Deps, Env } from './deps.ts'
import { answerFailure, unroutedRefuser } from './http/failures.ts'
import { checkHost, observe, refuseCrossSite, refuseNul } from './http/guards.ts'
import { readStrictJson } from './http/json.ts'
import { requirePrincipal } from './http/principal.ts'
import { type JsonBytes, replyJson } from './http/reply.ts'
import { scopeRoutes } from './routes/scopes.ts'
import { secretRoutes } from './routes/secrets.ts'
import { sessionRoutes } from './routes/session.ts'

const about = {
  openapi: '3.1.0',
  info: {
    title: 'Gradient Secrets',
    version: '1',
    description: 'Secrets of teams, clusters and projects. Names are listed; no answer contains a value.',
  },
}

/**
 * The API as a function of what it depends on: `/v1` and the probes. It uses nothing but web standards, so that it
 * runs in the server as in the browser of someone who works on the console.
 */
export const createApp = (deps: Deps): OpenAPIHono<Env> => {
  const app = new OpenAPIHono<Env>()

  const refuseUnrouted = unroutedRefuser(app)
  app.use('/v1/*', observe(deps))
  app.use('/v1/*', async (c, next) => {
    refuseUnrouted(c)
    checkHost(c, deps)
    refuseNul(c)
    refuseCrossSite(c, deps)
    await requirePrincipal(c, deps)
    await readStrictJson(c)
    await next()
  })
  app.onError(answerFailure(deps))

  sessionRoutes(app, deps)
  scopeRoutes(app, deps)
  secretRoutes(app, deps)

  let description: JsonBytes<unknown> | undefined
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

  return app
}
