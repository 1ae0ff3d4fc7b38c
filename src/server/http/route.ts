import { type RouteConfig, z } from '@hono/zod-openapi'
import type { Context, Handler } from 'hono'
import type { Env } from '#server/deps.ts'
import { Failure, type FailureCode, statuses } from '#shared/failure.ts'
import { failureBody } from '#shared/failure-body.ts'
import type { Permission } from '#shared/people/role.ts'
import type { EmptyReply, Redirect, Reply, TextReply } from './reply.ts'

/**
 * Who may call a route: anyone; anyone who is authenticated, in a team or not; a person with a session, in a team or
 * not; or members of a team whose role has a permission.
 */
export type Needs = 'nobody' | 'known' | 'person' | Permission

/** A successful answer: JSON of the schema, without content when the status is 204, else text. */
type Answer = {
  description: string
  schema?: z.ZodType
  /** The media type of an answer that is not JSON. */
  as?: string
}

/** The successful answers of a route by their status. */
export type Answers = { readonly [Status in 200 | 201 | 204 | 303]?: Answer }

/** What a handler may return: an answer that its route describes, with the status that it describes it for. */
type ReplyTo<Described extends Answers> = {
  [Status in keyof Described]: Status extends 204
    ? EmptyReply
    : Status extends 303
      ? Redirect
      : Described[Status] extends { as: string }
        ? TextReply
        : Described[Status] extends { schema: infer Schema extends z.ZodType }
          ? Reply<z.input<Schema>, Status>
          : TextReply
}[keyof Described]

type Part = z.ZodObject

/** Describes a route. The same schemas validate requests, type the handler and make the OpenAPI document. */
export type Description<
  Params extends Part = Part,
  Query extends Part = Part,
  Headers extends Part = Part,
  Body extends z.ZodType = z.ZodType,
  Described extends Answers = Answers,
> = {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete'
  /** With `{name}` for a part that varies. */
  path: string
  summary: string
  needs: Needs
  /**
   * Asks a session for a fresh confirmation, unless the request is for a plan. Every change of rights has it;
   * `confirmation.test.ts` lists the changes that need none, with the reasons.
   */
  confirm?: true
  params?: Params
  query?: Query
  /** Names in lower case. */
  headers?: Headers
  body?: Body
  answers: Described
  /** Default: {@link usualFails}. */
  fails?: readonly FailureCode[]
  /** Leaves the route out of the OpenAPI document. */
  hidden?: true
}

/** A route that an app serves. */
export type ApiRoute = {
  /** Headings of the OpenAPI document. */
  tags: string[]
  description: Description
  /** The path as Hono matches it, with `:name` for a part that varies. */
  pattern: string
  handler: Handler<Env>
}

/** Takes the routes of one app. */
export type Routes = { add(route: ApiRoute): void }

type Input<Params, Query, Headers, Body> = {
  params: z.output<Params>
  query: z.output<Query>
  headers: z.output<Headers>
  body: z.output<Body>
}

const none = z.object({})

/** The failures of a route that needs a permission and finds something. */
export const usualFails = ['BAD_REQUEST', 'UNAUTHORIZED', 'FORBIDDEN', 'NOT_FOUND'] satisfies FailureCode[]

/** The path parameters of a route about one thing. */
export const byId = z.object({ id: z.string().max(100) })

/**
 * Returns a function that adds routes, listed under `tags` in the OpenAPI document. `handle` gets the parsed parts of
 * the request; a request with invalid parts is refused with all its issues. One function parses all parts: on short
 * routes, a chain of validators took longer than the handler.
 */
export const serveUnder =
  (routes: Routes, ...tags: string[]) =>
  <
    Described extends Answers,
    Params extends Part = typeof none,
    Query extends Part = typeof none,
    Headers extends Part = typeof none,
    Body extends z.ZodType = typeof none,
  >(
    description: Description<Params, Query, Headers, Body, Described>,
    handle: (c: Context<Env>, input: Input<Params, Query, Headers, Body>) => Promise<ReplyTo<Described>>,
  ): void => {
    const { path, params, query, headers, body } = description
    const headerNames = Object.keys(headers?.shape ?? {})
    const fromUrl = cacheByAddress((c) => parse({ params, query }, { params: c.req.param(), query: c.req.query() }))
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
    routes.add({ tags, description, pattern: path.replaceAll(/\{(\w+)\}/g, ':$1'), handler })
  }

type Parsed = { parts: Record<string, unknown>; issues: readonly z.core.$ZodIssue[] }
const nothing: Parsed = { parts: {}, issues: [] }

/** Validates each part of a request by its schema. */
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

const maxCachedAddresses = 1000
const maxCachedLength = 500

/** Caches the parsed parts of recent addresses: equal addresses have equal parts. */
const cacheByAddress = (parseUrl: (c: Context<Env>) => Parsed): ((c: Context<Env>) => Parsed) => {
  const cached = new Map<string, Parsed>()
  return (c) => {
    const { url } = c.req
    const known = cached.get(url)
    if (known) return known
    const parsed = parseUrl(c)
    if (url.length > maxCachedLength || parsed.issues.length > 0) return parsed
    if (cached.size >= maxCachedAddresses) cached.clear()
    cached.set(url, parsed)
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

/** Returns what the OpenAPI document says of a route. */
export const openApiOf = (
  { params, query, headers, body, answers, fails = usualFails, needs, confirm, hidden: _, ...rest }: Description,
  tags: string[],
): RouteConfig => {
  const json = (schema: z.ZodType) => ({ 'application/json': { schema } })
  // Requests of anybody are bounded.
  const failed = [...new Set<FailureCode>([...fails, 'TOO_MANY_REQUESTS'])].map((code) => [
    statuses[code],
    { description: code, content: json(failureBody) },
  ])
  const answered = Object.entries(answers).map(([status, { schema, description, as = 'application/json' }]) => [
    status,
    schema ? { description, content: { [as]: { schema } } } : { description },
  ])
  return {
    ...rest,
    tags,
    'x-needs': needs,
    ...(confirm ? { 'x-confirm': true } : {}),
    request: {
      ...(params ? { params } : {}),
      ...(query ? { query } : {}),
      ...(headers ? { headers } : {}),
      ...(body ? { body: { required: true, content: json(body) } } : {}),
    },
    responses: Object.fromEntries([...answered, ...failed]),
  }
}
