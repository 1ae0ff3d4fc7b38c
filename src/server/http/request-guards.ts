import type { Context, MiddlewareHandler } from 'hono'
import type { Deps, Env } from '#server/deps.ts'
import { Failure } from '#shared/failure.ts'
import { isApiKey } from '#shared/people/api-key.ts'
import { normalHost } from './normal-host.ts'

/** Gives every request an id, which its answer has as a header, and logs it when it is answered. */
export const logRequest =
  ({ log }: Pick<Deps, 'log'>): MiddlewareHandler<Env> =>
  async (c, next) => {
    const start = performance.now()
    const requestId = crypto.randomUUID()
    c.set('requestId', requestId)
    await next()
    const ms = Math.round((performance.now() - start) * 100) / 100
    const { user, key } = c.get('principal') ?? {}
    log.request({
      requestId,
      method: c.req.method,
      route: c.get('route') ?? 'none',
      status: c.res.status,
      ms,
      ...(user ? { by: user.id } : {}),
      ...(key ? { key: key.id } : {}),
    })
  }

/** Refuses requests for another host, against DNS rebinding. */
export const checkHost = (c: Context, { acceptsHost }: Pick<Deps, 'acceptsHost'>): void => {
  if (acceptsHost && !acceptsHost(c.req.header('host') ?? new URL(c.req.url).host)) {
    throw new Failure('BAD_REQUEST', 'This server does not answer to that host. Set PUBLIC_URL to the address in use.')
  }
}

/** Refuses a NUL in path or query: no ID or name has one, and PostgreSQL fails on it. */
export const refuseNul = (c: Context): void => {
  if (c.req.url.includes('%00')) throw new Failure('BAD_REQUEST', 'The address contains a NUL character.')
}

const keyInAddress = /gsec_[0-9A-Za-z]{36}/

/** Refuses an address that contains an API key: proxies and browsers store addresses in logs and histories. */
export const refuseKeyInAddress = (c: Context): void => {
  const [key] = c.req.url.includes('gsec_') ? (keyInAddress.exec(c.req.url) ?? []) : []
  if (key && isApiKey(key)) {
    throw new Failure('BAD_REQUEST', 'The address contains an API key. Revoke it, and send another one in a header.')
  }
}

const safe = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * Refuses a change that a browser sends for a page of another origin. Browsers send the origin of a request and do not
 * let a page forge it; a program that sends none is not a browser.
 */
export const refuseCrossSite = (c: Context<Env>, { publicUrl }: Pick<Deps, 'publicUrl'>): void => {
  if (!safe.has(c.req.method) && !isSameOrigin(c, publicUrl)) {
    throw new Failure('FORBIDDEN', 'The request comes from another site. Use the console at its own address.')
  }
}

const isSameOrigin = (c: Context<Env>, publicUrl: URL | undefined): boolean => {
  const site = c.req.header('sec-fetch-site')
  if (site) return site === 'same-origin'
  const origin = c.req.header('origin')
  if (!origin) return true
  if (publicUrl) return origin === publicUrl.origin
  if (!URL.canParse(origin)) return false
  const { host, protocol } = new URL(origin)
  return normalHost(c.req.header('host') ?? '', protocol) === host
}
