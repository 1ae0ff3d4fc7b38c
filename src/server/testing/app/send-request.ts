/** An answer, read whole. `json` is `undefined` for one that is no JSON. */
export type Answer<Content> = { status: number; headers: Headers; text: string; json: Content }

/** Sends a request. A body that is no text and no bytes is sent as JSON. */
export type SendRequest = <Content = Record<string, unknown>>(
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer<Content>>

/** What takes requests: an app, without a network. */
export type RequestTarget = { request(path: string, init: RequestInit): Response | Promise<Response> }

/** Makes a function that asks `app`, each time with the headers `always`. */
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
