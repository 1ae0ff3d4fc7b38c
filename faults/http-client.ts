import { Agent, type IncomingMessage, request } from 'node:http'
import { buffer } from 'node:stream/consumers'

/** The result of a request as its sender knows it. */
export type Answer =
  | { kind: 'answered'; status: number; header(name: string): string; text: string; json: Record<string, unknown> }
  /** Never sent: the connection was refused. */
  | { kind: 'refused' }
  /** The connection broke, so that the request may have taken effect or not. */
  | { kind: 'lost' }
  /** No answer within {@link patience}. */
  | { kind: 'hung' }

export type HttpClient = {
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  close(): void
}

/** The maximum time to an answer under any fault, in milliseconds. */
export const patience = 45_000

/**
 * Sends requests to a server over persistent connections, each of them once: a client that retries on its own would
 * turn one change into two.
 */
export const openHttpClient = (origin: string, always: Record<string, string> = {}): HttpClient => {
  const agent = new Agent({ keepAlive: true })
  const ask = async (method: string, path: string, body: unknown, headers: Record<string, string>): Promise<Answer> => {
    const content = body === undefined ? undefined : JSON.stringify(body)
    const sent = request(origin + path, {
      method,
      agent,
      headers: { ...(content === undefined ? {} : { 'content-type': 'application/json' }), ...always, ...headers },
    })
    let late = false
    const timer = setTimeout(() => {
      late = true
      sent.destroy()
    }, patience)
    try {
      const answered = new Promise<IncomingMessage>((resolve, reject) => {
        sent.once('response', resolve)
        sent.once('error', reject)
      })
      sent.end(content)
      const answer = await answered
      // An error of the request after the answer's start also appears in the body.
      sent.on('error', () => undefined)
      const text = (await buffer(answer)).toString()
      return {
        kind: 'answered',
        status: answer.statusCode ?? 0,
        header: (name) => String(answer.headers[name] ?? ''),
        text,
        json: objectIn(text),
      }
    } catch (error) {
      if (late) return { kind: 'hung' }
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      return { kind: code === 'ECONNREFUSED' ? 'refused' : 'lost' }
    } finally {
      clearTimeout(timer)
    }
  }
  return {
    send: (method, path, body, headers = {}) => ask(method, path, body, headers),
    close: () => agent.destroy(),
  }
}

const objectIn = (text: string): Record<string, unknown> => {
  try {
    const content: unknown = JSON.parse(text)
    return typeof content === 'object' && content !== null ? { ...content } : {}
  } catch {
    return {}
  }
}
