import type { Context, MiddlewareHandler } from 'hono'
import type { Deps, Env } from '#server/deps.ts'
import { Failure } from '#shared/failure.ts'
import { reply } from './reply.ts'
import { noSuchAddress } from './route-table.ts'

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

/**
 * Refuses a change at an address that is not even the API's: the discontinued service's client does not escape names, so
 * that one like `../../x` leads out of it, and a program is to get an answer that it can read.
 */
export const refuseElsewhere: MiddlewareHandler<Env> = async (c, next) => {
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return next()
  c.set('requestId', crypto.randomUUID())
  throw noSuchAddress()
}
