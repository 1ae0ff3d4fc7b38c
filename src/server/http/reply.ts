import type { Context } from 'hono'
import type { Env } from '#server/deps.ts'
import type { JsonBytes } from '#server/services/json-bytes.ts'

/** Headers of every answer: no caching, no framing, no content sniffing. */
const protection = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const

/** Tells browsers to use https for a year. Other names below this one are not this server's to decide on. */
export const strictTransport = { 'strict-transport-security': 'max-age=31536000' } as const

type Options<Status> = {
  status?: Status
  headers?: Record<string, string>
  /** Whole `Set-Cookie` headers. */
  cookies?: readonly string[]
}

declare const described: unique symbol

/** A response whose type has its content and status. Only the functions of this file make one. */
type TypedReply<Format, Content, Status> = Response & {
  readonly [described]: { format: Format; content: Content; status: Status }
}

/** A JSON answer. A union of statuses becomes a union of answers. */
export type Reply<Content, Status> = Status extends number ? TypedReply<'json', Content, Status> : never

/** An answer without content. */
export type EmptyReply = TypedReply<'empty', undefined, 204>

/** An answer that sends the browser elsewhere. */
export type Redirect = TypedReply<'redirect', undefined, 303>

/** An answer that is not JSON: a file, or a stream of events. */
export type TextReply = TypedReply<'text', string, 200>

const encoder = new TextEncoder()

/**
 * Makes every answer of the API. The headers are a plain object, which the server writes unchanged: setting them one by
 * one on a `Headers` object takes longer than the rest of a short answer.
 */
const respond = (
  c: Context<Env>,
  body: string | Uint8Array<ArrayBuffer> | ReadableStream | null,
  { status, headers, cookies = [] }: { status: number } & Omit<Options<number>, 'status'>,
): Response => {
  const secure = c.get('secure') ? strictTransport : undefined
  const all = { ...protection, ...secure, 'x-request-id': c.get('requestId'), ...headers }
  const renewed = c.get('principal')?.session?.cookies ?? []
  if (cookies.length + renewed.length === 0) return new Response(body, { status, headers: all })
  const withCookies = new Headers(all)
  // The renewed cookie comes first: a route that sets another one, or clears it, has the last word.
  for (const cookie of [...renewed, ...cookies]) withCookies.append('set-cookie', cookie)
  return new Response(body, { status, headers: withCookies })
}

/** Answers with JSON, with the status 200 unless `status` says otherwise. */
export const reply = <Content, Status extends number = 200>(
  c: Context<Env>,
  content: Content,
  { status, headers, cookies }: Options<Status> = {},
): Reply<Content, NoInfer<Status>> =>
  respond(c, JSON.stringify(content), {
    status: status ?? 200,
    headers: { 'content-type': 'application/json', ...headers },
    ...(cookies ? { cookies } : {}),
  }) as Reply<Content, NoInfer<Status>>

/** Answers with JSON that is already serialized. */
export const replyJson = <Content>(c: Context<Env>, json: JsonBytes<Content>): Reply<Content, 200> =>
  respond(c, json, { status: 200, headers: { 'content-type': 'application/json' } }) as Reply<Content, 200>

/** Answers with 204, and sets cookies. */
export const replyNothing = (c: Context<Env>, cookies: readonly string[]): EmptyReply =>
  respond(c, null, { status: 204, cookies }) as EmptyReply

/** Answers with a redirect to an address of this server. */
export const redirect = (c: Context<Env>, path: `/${string}`): Redirect =>
  respond(c, null, { status: 303, headers: { location: path } }) as Redirect

type File = { type: string; file: string }

const fileHeaders = ({ type, file }: File) => ({
  'content-type': type,
  'content-disposition': `attachment; filename="${file}"`,
})

/** Answers with a file to download. */
export const replyText = (c: Context<Env>, text: string, file: File): TextReply =>
  respond(c, text, { status: 200, headers: fileHeaders(file) }) as TextReply

/** Answers with a file that is sent while it is made, so that a long one needs little memory. */
export const replyStream = (c: Context<Env>, pieces: AsyncIterable<string>, file: File): TextReply => {
  const iterator = pieces[Symbol.asyncIterator]()
  const stream = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      const { done, value } = await iterator.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    cancel: async () => {
      await iterator.return?.()
    },
  })
  return respond(c, stream, { status: 200, headers: fileHeaders(file) }) as TextReply
}

/** Answers with server-sent events. Asks proxies not to buffer them. */
export const replyEvents = (c: Context<Env>, events: ReadableStream<Uint8Array>): TextReply =>
  respond(c, events, {
    status: 200,
    headers: { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' },
  }) as TextReply
