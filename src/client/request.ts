import type * as z from 'zod'
import { Failure, type FailureCode, type Issue, statuses } from '#shared/failure.ts'
import { failureBody } from '#shared/failure-body.ts'

export type ClientOptions = {
  /** Where the server is, without a trailing slash; may have a path. Empty for the page's own origin. */
  baseUrl?: string
  /** Id or namespace of the team the requests are about; without one, the server takes the person's first. */
  team?: string
  /** An API key, for callers that have no session's cookie. */
  apiKey?: string
  /**
   * Called late, so that a `fetch` that is replaced after load (by a mock) is honoured. One that throws a {@link Failure}
   * has said all there is to say.
   */
  fetch?: (url: string, init: RequestInit) => Promise<FetchAnswer>
}

/** What is needed of an answer; `fetch` gives more. */
export type FetchAnswer = Pick<Response, 'status' | 'ok' | 'json' | 'blob'> & {
  headers: Pick<Headers, 'get'>
  /** For an answer that comes piece by piece. */
  body?: ReadableStream<Uint8Array> | null
}

export type Call<Answer> = {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Parts of the path; each is escaped, so a part with a slash stays one part. */
  path: readonly string[]
  query?: Record<string, string | number | undefined>
  headers?: Record<string, string>
  body?: unknown
  answer: z.ZodType<Answer>
  /** An answer that is no JSON comes as a `Blob`, or as a stream of its bytes. */
  as?: keyof typeof accepted
  signal?: AbortSignal
}

const accepted = { file: '*/*', stream: 'text/event-stream' } as const

/**
 * Makes the function that every call of the client goes through.
 * It throws a {@link Failure} for any answer that is not a success, and for none: `UNAVAILABLE` when the server cannot be reached.
 */
export const createRequest =
  ({ baseUrl = '', team, apiKey, fetch = (url, init) => globalThis.fetch(url, init) }: ClientOptions) =>
  async <Answer>({ method = 'GET', path, query, headers, body, answer, as, signal }: Call<Answer>): Promise<Answer> => {
    const init: RequestInit = {
      method,
      headers: {
        accept: as ? accepted[as] : 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(team ? { 'gradient-team': team } : {}),
        ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}),
        ...headers,
      },
      credentials: 'same-origin',
      redirect: 'error',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    }
    const response = await fetch(urlOf(baseUrl, path, query), init).catch((cause: unknown) => {
      if (signal?.aborted || cause instanceof Failure) throw cause
      throw new Failure('UNAVAILABLE', 'The server cannot be reached. Check the connection, then try again.', { cause })
    })
    const read = async () => {
      if (!response.ok || !as) return response.json()
      return as === 'file' ? response.blob() : response.body
    }
    const content = response.status === 204 ? undefined : await read().catch(() => undefined)
    if (!response.ok) throw failureFrom(response, content)
    const parsed = answer.safeParse(content)
    if (parsed.success) return parsed.data
    throw new Failure('INTERNAL_SERVER_ERROR', 'The server’s answer has an unknown form. Reload to get its version.', {
      ...requestId(response),
      cause: parsed.error,
    })
  }

const urlOf = (baseUrl: string, path: readonly string[], query: Call<unknown>['query'] = {}): string => {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(query)) if (value !== undefined && value !== '') search.set(key, `${value}`)
  const parts = path.map((part) => encodeURIComponent(part)).join('/')
  return `${baseUrl}/v1/${parts}${search.size > 0 ? `?${search}` : ''}`
}

const requestId = (response: FetchAnswer) => {
  const id = response.headers.get('x-request-id')
  return id ? { requestId: id } : {}
}

const failureFrom = (response: FetchAnswer, content: unknown): Failure => {
  const retryAfter = Number(response.headers.get('retry-after'))
  const options = { ...requestId(response), ...(retryAfter > 0 ? { retryAfter } : {}) }
  const parsed = failureBody.safeParse(content)
  if (parsed.success) {
    const { code, message, issues } = parsed.data
    return new Failure(code, message, issues ? { ...options, issues: issues as Issue[] } : options)
  }
  const code = (Object.keys(statuses) as FailureCode[]).find((key) => statuses[key] === response.status)
  return new Failure(
    code ?? 'INTERNAL_SERVER_ERROR',
    `The server answered ${response.status} in an unknown form. Check its address.`,
    options,
  )
}

/** What every call of the client goes through. */
export type Request = ReturnType<typeof createRequest>
