import { Agent, type IncomingMessage, request } from 'node:http'
import { buffer } from 'node:stream/consumers'

/** What became of a request, as its sender can know it. */
export type Answer =
  | { kind: 'answered'; status: number; header(name: string): string; text: string; json: Record<string, unknown> }
  /** It was never sent: nobody listened. */
  | { kind: 'refused' }
  /** The connection broke off, so that what it asked for may have happened or not. */
  | { kind: 'lost' }
  /** No answer within {@link patience}. */
  | { kind: 'hung' }

export type Wire = {
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  close(): void
}

/** How long an answer may take under any fault, in milliseconds. */
export const patience = 45_000

/**
 * Sends requests to a server over connections that are kept, and each of them once: a client that tries again by itself
 * would make two changes of one.
 */
export const openWire = (origin: string, always: Record<string, string> = {}): Wire => {
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
      // An error of the request after its answer has begun shows in the body too.
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
