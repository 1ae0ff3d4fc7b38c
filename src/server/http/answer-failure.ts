import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context, MiddlewareHandler } from 'hono'
import type { Deps, Env } from '#server/deps.ts'
import { Failure } from '#shared/failure.ts'
import { routeFor } from './guards.ts'
import { reply } from './reply.ts'

/** Answers every error as JSON. What is not a {@link Failure} is logged and told as nothing but an id. */
export const answerFailure = ({
  log,
  now,
}: Pick<Deps, 'log' | 'now'>): ((error: Error, c: Context<Env>) => Response) => {
  const tellWhy = onceInAWhile(now, (cause: unknown, c: Context<Env>) =>
    log.unavailable?.(cause, { requestId: c.get('requestId') }),
  )
  return (error, c) => {
    const failure = error instanceof Failure ? error : unexpected(error, c, log)
    const { status, retryAfter, allow, cause } = failure
    if (failure.code === 'UNAVAILABLE' && cause) tellWhy(cause, c)
    return reply(c, failure, {
      status,
      headers: { ...(retryAfter ? { 'retry-after': `${retryAfter}` } : {}), ...(allow ? { allow } : {}) },
    })
  }
}

const minute = 60_000

/** While the database is away, each of thousands of requests would say the same. */
const onceInAWhile = <Given extends unknown[]>(now: Deps['now'], run: (...given: Given) => void) => {
  let last = Number.NEGATIVE_INFINITY
  return (...given: Given): void => {
    const at = now()
    // A clock may be set back.
    if (Math.abs(at - last) < minute) return
    last = at
    run(...given)
  }
}

const unexpected = (error: Error, c: Context<Env>, log: Deps['log']): Failure => {
  const requestId = c.get('requestId')
  log.error(error, { requestId })
  return new Failure(
    'INTERNAL_SERVER_ERROR',
    `Something went wrong in the server. Its log has more under the request id ${requestId}.`,
  )
}

const nothingHere = (): Failure =>
  new Failure('NOT_FOUND', 'There is nothing at this address. Look at /v1/openapi.json.')

/**
 * Refuses a change at an address that is not even the API's: the discontinued service's client does not escape names, so
 * that one like `../../x` leads out of it, and a program is to get an answer that it can read.
 */
export const refuseElsewhere: MiddlewareHandler<Env> = async (c, next) => {
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return next()
  c.set('requestId', crypto.randomUUID())
  throw nothingHere()
}

/** Refuses what no route is for, before anything else is asked of it: 405 with the methods the path has, else 404. */
export const unroutedRefuser = (app: OpenAPIHono<Env>): ((c: Context<Env>) => void) => {
  let routes: { method: string; pattern: RegExp }[] | undefined
  return (c) => {
    if (routeFor(c)) return
    // Read late: when this is made, the routes are not registered yet.
    routes ??= app.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => ({ method, pattern: new RegExp(`^${path.replaceAll(/:[^/]+/g, '[^/]+')}$`) }))
    const methods = new Set(routes.filter(({ pattern }) => pattern.test(c.req.path)).map(({ method }) => method))
    if (methods.size === 0) throw nothingHere()
    const allow = [...methods].sort().join(', ')
    throw new Failure('METHOD_NOT_SUPPORTED', `This address takes ${allow}.`, { allow })
  }
}
