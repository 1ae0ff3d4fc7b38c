import { createRoute, type OpenAPIHono, type RouteConfig, z } from '@hono/zod-openapi'
import type { Context, Handler, TypedResponse } from 'hono'
import type { Env } from '#server/deps.ts'
import { Failure, type FailureCode, statuses } from '#shared/failure.ts'
import { failureBody } from '#shared/failure-body.ts'
import { noteBody } from './bodies.ts'
import { type Needs, noteNeeds } from './needs.ts'

type Part = z.ZodObject
type Answered = {
  status: number
  schema?: z.ZodType
  description: string
  /** The type of an answer that is no JSON. */
  as?: string
}

/** A route as it is described and as it is served: the same schemas do both. */
type Description<Params extends Part, Query extends Part, Headers extends Part, Body extends z.ZodType> = {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** With `{name}` for a part that varies. */
  path: string
  tags: string[]
  summary: string
  /** Who may call it. */
  needs: Needs
  params?: Params
  query?: Query
  /** Names in lower case. */
  headers?: Headers
  body?: Body
  answers: readonly Answered[]
  fails: readonly FailureCode[]
}

type Input<Params, Query, Headers, Body> = {
  params: z.output<Params>
  query: z.output<Query>
  headers: z.output<Headers>
  body: z.output<Body>
}

const none = z.object({})

/**
 * Describes a route in the OpenAPI document and serves it: `handle` gets the parts of the request as their schemas
 * return them, or the request is refused with all that is wrong in it. One function and no chain of validators: on a
 * route this short, the chain took longer than the work.
 */
export const serve = <
  Params extends Part = typeof none,
  Query extends Part = typeof none,
  Headers extends Part = typeof none,
  Body extends z.ZodType = typeof none,
>(
  app: OpenAPIHono<Env>,
  description: Description<Params, Query, Headers, Body>,
  handle: (c: Context<Env>, input: Input<Params, Query, Headers, Body>) => Promise<Response & TypedResponse<unknown>>,
): void => {
  const { method, path, params, query, headers, body } = description
  app.openAPIRegistry.registerPath(describe(description))
  const headerNames = Object.keys(headers?.shape ?? {})
  const fromUrl = remembering((c) => parse({ params, query }, { params: c.req.param(), query: c.req.query() }))
  const handler: Handler<Env> = async (c) => {
    const given = fromUrl(c)
    const rest =
      headers || body
        ? parse(
            { headers, body },
            {
              headers: Object.fromEntries(headerNames.map((name) => [name, c.req.header(name)])),
              body: c.get('body'),
            },
          )
        : nothing
    if (given.issues.length + rest.issues.length > 0) throw invalid([...given.issues, ...rest.issues])
    return handle(c, { ...given.parts, ...rest.parts } as Input<Params, Query, Headers, Body>)
  }
  const pattern = path.replaceAll(/\{(\w+)\}/g, ':$1')
  noteNeeds(method, pattern, description.needs)
  if (body) noteBody(method, pattern)
  app.on(method.toUpperCase(), pattern, handler)
}

type Parsed = { parts: Record<string, unknown>; issues: readonly z.core.$ZodIssue[] }
const nothing: Parsed = { parts: {}, issues: [] }

/** Holds each part of a request against its schema. */
const parse = (schemas: Record<string, z.ZodType | undefined>, given: Record<string, unknown>): Parsed => {
  const parts: Record<string, unknown> = {}
  const issues: z.core.$ZodIssue[] = []
  for (const [part, schema] of Object.entries(schemas)) {
    const parsed = schema?.safeParse(given[part])
    if (parsed?.success) parts[part] = parsed.data
    else if (parsed) issues.push(...parsed.error.issues)
  }
  return { parts, issues }
}

const mostRemembered = 1000
const longestRemembered = 500

/** The parts of an address mean the same each time: those asked for lately are not parsed again. */
const remembering = (parseUrl: (c: Context<Env>) => Parsed): ((c: Context<Env>) => Parsed) => {
  const remembered = new Map<string, Parsed>()
  return (c) => {
    const { url } = c.req
    const known = remembered.get(url)
    if (known) return known
    const parsed = parseUrl(c)
    if (url.length > longestRemembered || parsed.issues.length > 0) return parsed
    if (remembered.size >= mostRemembered) remembered.clear()
    remembered.set(url, parsed)
    return parsed
  }
}

const invalid = (found: readonly z.core.$ZodIssue[]): Failure => {
  const issues = found.map(({ message, path }) => ({
    message,
    path: path.map((part) => (typeof part === 'symbol' ? String(part) : part)),
  }))
  return new Failure('BAD_REQUEST', issues[0]?.message ?? 'The request is not of the expected form.', { issues })
}

const describe = ({
  params,
  query,
  headers,
  body,
  answers,
  fails,
  needs,
  ...rest
}: Description<Part, Part, Part, z.ZodType>): RouteConfig => {
  const json = (schema: z.ZodType) => ({ 'application/json': { schema } })
  const failed = fails.map((code) => [statuses[code], { description: code, content: json(failureBody) }])
  const answered = answers.map(({ status, schema, description, as = 'application/json' }) => [
    status,
    schema ? { description, content: { [as]: { schema } } } : { description },
  ])
  return createRoute({
    ...rest,
    'x-needs': needs,
    request: {
      ...(params ? { params } : {}),
      ...(query ? { query } : {}),
      ...(headers ? { headers } : {}),
      ...(body ? { body: { required: true, content: json(body) } } : {}),
    },
    responses: Object.fromEntries([...answered, ...failed]),
  })
}
