/** A complete answer. `json` is `undefined` when the answer is not JSON. */
export type Answer<Content> = { status: number; headers: Headers; text: string; json: Content }

/** Sends a request. A body other than a string or bytes is sent as JSON. */
export type SendRequest = <Content = Record<string, unknown>>(
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer<Content>>

/** Something that answers requests without a network, such as an app. */
export type RequestTarget = { request(path: string, init: RequestInit): Response | Promise<Response> }

/** Returns a function that sends requests to `app`, always with the headers `always`. */
export const requestSender =
  (app: RequestTarget, always: Record<string, string> = {}): SendRequest =>
  async <Content>(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const init: RequestInit = {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...always, ...headers },
      ...(body === undefined ? {} : { body: bytesOf(body) }),
    }
    return readAnswer<Content>(await app.request(path, init))
  }

export const readAnswer = async <Content>(response: Response): Promise<Answer<Content>> => {
  const text = await (isEndless(response) ? beginningOf(response) : response.text())
  const isJson = /^application\/json(;|$)/.test(response.headers.get('content-type') ?? '')
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: (isJson ? JSON.parse(text) : undefined) as Content,
  }
}

const isEndless = ({ headers }: Response): boolean => headers.get('content-type') === 'text/event-stream'

const beginningOf = async ({ body }: Response): Promise<string> => {
  const reader = body?.getReader()
  const first = await reader?.read()
  await reader?.cancel()
  return new TextDecoder().decode(first?.value)
}

const bytesOf = (body: unknown): string | Uint8Array<ArrayBuffer> =>
  typeof body === 'string' ? body : body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body)
