import type { Context, MiddlewareHandler } from 'hono'
import type { Deps, Env } from '#server/deps.ts'
import { oncePer } from '#server/services/coalescing/once-per.ts'
import { Failure } from '#shared/failure.ts'
import { reply } from './reply.ts'
import { noSuchAddress } from './route-table.ts'

/** Answers every error as JSON. An error that is not a {@link Failure} is logged; its answer has only the request id. */
export const errorHandler = ({
  log,
  now,
}: Pick<Deps, 'log' | 'now'>): ((error: Error, c: Context<Env>) => Response) => {
  // While the database is away, thousands of requests fail for the same reason.
  const isFirstThisMinute = oncePer(60_000, now)
  return (error, c) => {
    const failure = error instanceof Failure ? error : unexpected(error, c, log)
    const { status, retryAfter, headers, allow, cause } = failure
    if (failure.code === 'UNAVAILABLE' && cause && isFirstThisMinute()) {
      log.unavailable?.(cause, { requestId: c.get('requestId') })
    }
    return reply(c, failure, {
      status,
      headers: { ...headers, ...(retryAfter ? { 'retry-after': `${retryAfter}` } : {}), ...(allow ? { allow } : {}) },
    })
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
 * Refuses a change at an address outside the API. The discontinued service's client does not escape names, so that a
 * name like `../../x` leads outside; the program gets an answer that it can read.
 */
export const refuseUnknownAddress: MiddlewareHandler<Env> = async (c, next) => {
  if (c.req.method === 'GET' || c.req.method === 'HEAD') return next()
  c.set('requestId', crypto.randomUUID())
  throw noSuchAddress()
}
