import { OpenAPIHono } from '@hono/zod-openapi'
import { Failure } from '#shared/failure.ts'
import type { Deps, Env } from './deps.ts'
import { answerFailure, refuseInvalid, refuseUnrouted } from './http/answers.ts'
import { checkHost, observe, protectAnswers, refuseCrossSite } from './http/guards.ts'
import { limitBody, requireStrictJson } from './http/json.ts'
import { requirePrincipal } from './http/principal.ts'
import { scopeRoutes } from './routes/scopes.ts'
import { secretRoutes } from './routes/secrets.ts'
import { sessionRoutes } from './routes/session.ts'

/**
 * The API as a function of what it depends on: `/v1` and the probes. It uses nothing but web standards, so that it
 * runs in the server as in the browser of someone who works on the console.
 */
export const createApp = (deps: Deps): OpenAPIHono<Env> => {
  const app = new OpenAPIHono<Env>({ defaultHook: refuseInvalid })

  app.use('/v1/*', observe(deps), protectAnswers, checkHost(deps), refuseUnrouted(app))
  app.use('/v1/*', refuseCrossSite(deps), limitBody, requireStrictJson, requirePrincipal(deps))
  app.onError(answerFailure(deps))

  sessionRoutes(app, deps)
  scopeRoutes(app, deps)
  secretRoutes(app, deps)

  app.doc31('/v1/openapi.json', {
    openapi: '3.1.0',
    info: {
      title: 'Gradient Secrets',
      version: '1',
      description: 'Secrets of teams, clusters and projects. Names are listed; no answer contains a value.',
    },
  })

  app.get('/healthz', (c) => c.text('ok\n'))
  app.get('/readyz', async (c) => {
    await deps.store.ping().catch((cause: unknown) => {
      throw new Failure('UNAVAILABLE', 'The database does not answer.', { cause, retryAfter: 1 })
    })
    return c.text('ready\n')
  })

  return app
}
