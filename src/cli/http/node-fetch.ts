import type { Agent, ClientRequest, IncomingMessage } from 'node:http'
import { printable } from '#cli/output/printable.ts'
import type { FetchAnswer } from '#client/request.ts'
import { Failure } from '#shared/failure.ts'
import { connectionErrorText, wasNeverReceived } from './http-errors.ts'

/** Request timeout in milliseconds. */
const defaultTimeout = 30_000

/** Delays before each retry, in milliseconds. */
const defaultRetryDelays = [250, 750]

/** Maximum size of a response in bytes: twice the largest response of our server. */
const maxBytes = 128 * 1024 * 1024

/** Overrides for tests; in milliseconds. */
export type HttpOptions = { timeout?: number; retryDelays?: readonly number[] }

/**
 * Creates the `fetch` of the client for the server at `address`. Uses `node:http`, because loading the global `fetch`
 * takes longer than everything else. Follows no redirect, so that the key goes to no other host. Retries only requests
 * that the server did not receive, and reads. Throws {@link Failure} with the address for every error.
 */
export const createFetch = (address: string, options: HttpOptions = {}) => {
  const shown = `“${printable(address)}”`
  const timeout = options.timeout ?? defaultTimeout
  const isTls = address.startsWith('https:')
  // `import` would create these modules with all their exports, which takes as long as the start of Node.
  const { request, Agent: HttpAgent } = isTls
    ? process.getBuiltinModule('node:https')
    : process.getBuiltinModule('node:http')
  /** For reads only, which can be retried: the server may close an idle connection while the next request is sent. */
  const keepAliveAgent: Agent = new HttpAgent({ keepAlive: true })

  const once = async (url: URL, init: RequestInit): Promise<FetchAnswer> => {
    const isRead = init.method === 'GET'
    const sent = request(url, {
      method: init.method as string,
      headers: withContentLength(init),
      agent: isRead ? keepAliveAgent : false,
      ...(init.signal ? { signal: init.signal } : {}),
    })
    let isSlow = false
    const timer = setTimeout(() => {
      isSlow = true
      sent.destroy()
    }, timeout)
    try {
      sent.end(init.body as string | undefined)
      const answer = await answerTo(sent)
      return read(answer, await contentOf(answer), shown, init)
    } catch (error) {
      // The timeout destroyed the request, so its own error says nothing.
      throw isSlow ? Object.assign(new Error('Too slow.', { cause: error }), { code: 'TOO_SLOW' }) : error
    } finally {
      clearTimeout(timer)
    }
  }

  return async (target: string, init: RequestInit): Promise<FetchAnswer> => {
    const url = new URL(target)
    // The URL parser would resolve “.” and “..” to another path.
    if (url.href !== target) throw new Failure('BAD_REQUEST', 'Neither an ID nor a name can be “.” or “..”.')
    for (const delay of [...(options.retryDelays ?? defaultRetryDelays), undefined]) {
      try {
        return await once(url, init)
      } catch (error) {
        if (error instanceof Failure || init.signal?.aborted) throw error
        const code = codeOf(error)
        const isRead = init.method === 'GET'
        const isLost = code === 'ECONNRESET' || code === 'EPIPE'
        if (delay !== undefined && (code === 'ECONNREFUSED' || (isRead && isLost))) {
          await new Promise((resume) => setTimeout(resume, delay))
          continue
        }
        const words = connectionErrorText(code, shown, timeout)
        // Resolving writes an audit record, which the user has no reason to check.
        const changes = !isRead && !url.pathname.endsWith('/workloads/resolve')
        const doubt =
          !changes || wasNeverReceived(code)
            ? ''
            : ' Whether it took the change is not known: look before you try again.'
        throw new Failure('UNAVAILABLE', words + doubt, { cause: error })
      }
    }
    throw new Error('Unreachable: the last attempt has no delay.')
  }
}

const codeOf = (error: unknown): string => `${(error as NodeJS.ErrnoException).code ?? ''}`

const withContentLength = ({ headers, body }: RequestInit): Record<string, string | number> => ({
  ...(headers as Record<string, string>),
  ...(typeof body === 'string' ? { 'content-length': Buffer.byteLength(body) } : { 'content-length': 0 }),
})

const answerTo = (sent: ClientRequest): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    sent.on('response', resolve).on('error', reject)
  })

const contentOf = (answer: IncomingMessage): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    answer
      .on('data', (chunk: Buffer) => {
        size += chunk.byteLength
        chunks.push(chunk)
        if (size > maxBytes) answer.destroy(Object.assign(new Error(), { code: 'TOO_LARGE' }))
      })
      .on('end', () => resolve(Buffer.concat(chunks)))
      .on('error', reject)
  })

const read = (answer: IncomingMessage, content: Buffer, shown: string, init: RequestInit): FetchAnswer => {
  const { statusCode: status = 0, headers } = answer
  const type = headers['content-type'] ?? ''
  if (status >= 300 && status < 400) {
    const to = headers.location ? ` to “${printable(headers.location.slice(0, 200))}”` : ''
    throw new Failure(
      'UNAVAILABLE',
      `${shown} redirects${to}. Set PAPERSPACE_CONFIG_HOST to the server’s own address: the key is sent to no other.`,
    )
  }
  const wantsJson = (init.headers as Record<string, string>).accept === 'application/json'
  if (wantsJson && content.byteLength > 0 && !/^application\/json(;|$)/i.test(type)) {
    throw new Failure(
      'UNAVAILABLE',
      `What answers at ${shown} is not this service: it sent status ${status} and no JSON. Check the address.`,
    )
  }
  return {
    status,
    ok: status >= 200 && status < 300,
    headers: { get: (name) => [headers[name] ?? null].flat()[0] ?? null },
    json: async () => JSON.parse(content.toString('utf8')),
    blob: async () => new Blob([new Uint8Array(content)]),
  }
}
