import type * as z from 'zod'
import { Failure, type FailureCode, type Issue, statuses } from '#shared/failure.ts'
import { failureBody } from '#shared/failure-body.ts'
import { proofHeader } from '#shared/people/session.ts'

export type ClientOptions = {
  /** The address of the server, without a trailing slash; may have a path. Empty for the page's own origin. */
  baseUrl?: string
  /** ID or namespace of the team. Without one, the server uses the person's first team. */
  team?: string
  /** An API key, for callers without a session cookie. */
  apiKey?: string
  /** Returns the proof of the session, which goes with its cookie. Asked at each request. */
  proof?: () => string | undefined
  /**
   * Sends a request. The default looks `fetch` up at each call, since a mock may replace it after load. A {@link Failure}
   * that it throws is passed on unchanged.
   */
  fetch?: (url: string, init: RequestInit) => Promise<FetchAnswer>
}

/** The parts of a `Response` that the client needs. */
export type FetchAnswer = Pick<Response, 'status' | 'ok' | 'json' | 'blob'> & {
  headers: Pick<Headers, 'get'>
  /** For an answer that is read as a stream. */
  body?: ReadableStream<Uint8Array> | null
}

export type Call<Answer> = {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Parts of the path after `/v1`. Each is escaped, so that a part with a slash stays one part. */
  path: readonly string[]
  query?: Record<string, string | number | undefined>
  headers?: Record<string, string>
  body?: unknown
  answer: z.ZodType<Answer>
  /** Reads an answer that is not JSON as a `Blob`, or as a stream of bytes. */
  as?: keyof typeof accepted
  signal?: AbortSignal
}

const accepted = { file: '*/*', stream: 'text/event-stream' } as const

/**
 * Returns the function that sends every call of the client. It throws a {@link Failure} for every answer that is not a
 * success, and `UNAVAILABLE` when the server cannot be reached.
 */
export const createRequest =
  ({ baseUrl = '', team, apiKey, proof, fetch = (url, init) => globalThis.fetch(url, init) }: ClientOptions) =>
  async <Answer>({ method = 'GET', path, query, headers, body, answer, as, signal }: Call<Answer>): Promise<Answer> => {
    const proven = proof?.()
    const init: RequestInit = {
      method,
      headers: {
        accept: as ? accepted[as] : 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(team ? { 'gradient-team': team } : {}),
        ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}),
        ...(proven ? { [proofHeader]: proven } : {}),
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

/** Sends a call and parses its answer. */
export type Request = ReturnType<typeof createRequest>
