import type { Context, MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import { Failure } from '#shared/failure.ts'
import type { Deps, Env } from '../deps.ts'

/** Gives every request an id, which its answer carries, and a line in the log. */
export const observe =
  ({ log }: Pick<Deps, 'log'>): MiddlewareHandler<Env> =>
  async (c, next) => {
    const start = performance.now()
    const requestId = crypto.randomUUID()
    c.set('requestId', requestId)
    c.header('x-request-id', requestId)
    await next()
    const ms = Math.round((performance.now() - start) * 100) / 100
    log.request({ requestId, method: c.req.method, route: matchedPattern(c), status: c.res.status, ms })
  }

/** The path of the route that a request is for, as it was registered. */
const matchedPattern = (c: Context<Env>): string =>
  matchedRoutes(c).findLast(({ method }) => method !== 'ALL')?.path ?? 'none'

/** Answers of the API are for one caller, for now, and never for a cache, a frame or a guess at their type. */
export const protectAnswers: MiddlewareHandler<Env> = async (c, next) => {
  c.header('cache-control', 'no-store')
  c.header('x-content-type-options', 'nosniff')
  c.header('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
  c.header('cross-origin-resource-policy', 'same-origin')
  c.header('referrer-policy', 'no-referrer')
  await next()
}

/** Refuses requests for another host: pages that point their own name at this address get nothing. */
export const checkHost =
  ({ acceptsHost }: Pick<Deps, 'acceptsHost'>): MiddlewareHandler<Env> =>
  async (c, next) => {
    const host = c.req.header('host') ?? new URL(c.req.url).host
    if (acceptsHost && !acceptsHost(host)) {
      throw new Failure(
        'BAD_REQUEST',
        'This server does not answer to that host. Set PUBLIC_URL to the address in use.',
      )
    }
    await next()
  }

const safe = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses changes that a page of another origin makes a browser send. Browsers say where a request comes from and do
 * not let a page forge it; programs that say nothing are not browsers.
 */
export const refuseCrossSite =
  ({ publicUrl }: Pick<Deps, 'publicUrl'>): MiddlewareHandler<Env> =>
  async (c, next) => {
    if (!safe.has(c.req.method) && !isSameOrigin(c, publicUrl)) {
      throw new Failure('FORBIDDEN', 'The request comes from another site. Use the console at its own address.')
    }
    await next()
  }

const isSameOrigin = (c: Context<Env>, publicUrl: URL | undefined): boolean => {
  const site = c.req.header('sec-fetch-site')
  if (site) return site === 'same-origin'
  const origin = c.req.header('origin')
  if (!origin) return true
  if (publicUrl) return origin === publicUrl.origin
  return URL.canParse(origin) && new URL(origin).host === c.req.header('host')
}
