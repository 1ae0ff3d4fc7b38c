import { type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context, MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { Failure, type FailureCode, statuses } from '#shared/failure.ts'
import type { Deps, Env } from '../deps.ts'

const failureSchema = z
  .object({
    code: z.enum(Object.keys(statuses) as [FailureCode, ...FailureCode[]]),
    message: z.string(),
    issues: z
      .array(
        z.object({
          message: z.string(),
          path: z.array(z.union([z.string(), z.number()])).optional(),
          existing: z.unknown().optional(),
        }),
      )
      .optional(),
  })
  .meta({ id: 'Failure' })

/** The failures that a route may answer, for its description. */
export const failures = (...codes: FailureCode[]) =>
  Object.fromEntries(
    codes.map((code) => [
      statuses[code],
      { description: code, content: { 'application/json': { schema: failureSchema } } },
    ]),
  )

/** A JSON answer of a route, for its description. */
export const answer = <Schema extends z.ZodType>(schema: Schema, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})

/** A JSON body of a route, for its description. */
export const jsonBody = <Schema extends z.ZodType>(schema: Schema) => ({
  required: true,
  content: { 'application/json': { schema } },
})

/** Turns what a schema refused into a `BAD_REQUEST` that says for each field what is wrong with it. */
export const refuseInvalid = (result: { success: boolean; error?: z.ZodError }): undefined => {
  if (result.success || !result.error) return undefined
  const issues = result.error.issues.map(({ message, path }) => ({
    message,
    path: path.map((part) => (typeof part === 'symbol' ? String(part) : part)),
  }))
  throw new Failure('BAD_REQUEST', issues[0]?.message ?? 'The request is not of the expected form.', { issues })
}

/** Answers every error as JSON. What is not a {@link Failure} is logged and told as nothing but an id. */
export const answerFailure =
  ({ log }: Pick<Deps, 'log'>) =>
  (error: Error, c: Context<Env>): Response => {
    const failure = error instanceof Failure ? error : unexpected(error, c, log)
    if (failure.retryAfter) c.header('retry-after', `${failure.retryAfter}`)
    return c.json(failure, failure.status as ContentfulStatusCode)
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
 * Refuses what no route is for, before anything else is asked of it: 405 with the methods that the path has, else 404.
 */
export const refuseUnrouted = (app: OpenAPIHono<Env>): MiddlewareHandler<Env> => {
  let routes: { method: string; pattern: RegExp }[] | undefined
  return async (c, next) => {
    if (matchedRoutes(c).some(({ method }) => method !== 'ALL')) return next()
    // Read late: at the time of this middleware's making, the routes are not registered yet.
    routes ??= app.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => ({ method, pattern: new RegExp(`^${path.replaceAll(/:[^/]+/g, '[^/]+')}$`) }))
    const methods = new Set(routes.filter(({ pattern }) => pattern.test(c.req.path)).map(({ method }) => method))
    if (methods.size === 0)
      throw new Failure('NOT_FOUND', 'There is nothing at this address. Look at /v1/openapi.json.')
    const allowed = [...methods].sort().join(', ')
    c.header('allow', allowed)
    throw new Failure('METHOD_NOT_SUPPORTED', `This address takes ${allowed}.`)
  }
}
