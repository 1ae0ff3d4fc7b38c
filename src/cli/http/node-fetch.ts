import type { Agent, ClientRequest, IncomingMessage } from 'node:http'
import { printable } from '#cli/output/printable.ts'
import type { FetchAnswer } from '#client/request.ts'
import { Failure } from '#shared/failure.ts'
import { neverReceived, wordsOf } from './http-errors.ts'

/** How long, in milliseconds, a server may take for an answer. */
const longest = 30_000

/** How long, in milliseconds, to wait before asking again; after the last one it is given up. */
const pauses = [250, 750]

/** Most bytes of an answer: twice of the largest that a server of ours gives. */
const mostBytes = 128 * 1024 * 1024

export type HttpOptions = { longest?: number; pauses?: readonly number[] }

/**
 * Makes what the client asks the server at `address` by: Node's own HTTP without `fetch`, which takes longer to load
 * than all else together. It follows no redirect, so that the key goes nowhere else, and asks again only what the server
 * has not received or what changes nothing. Every error is a {@link Failure} that names the address.
 */
export const createFetch = (address: string, options: HttpOptions = {}) => {
  const shown = `“${printable(address)}”`
  const limit = options.longest ?? longest
  const isTls = address.startsWith('https:')
  // Imported, these modules would have all that they export made at once, which takes as long as Node's whole start.
  const { request, Agent: OfHttp } = isTls
    ? process.getBuiltinModule('node:https')
    : process.getBuiltinModule('node:http')
  /** Only for what can be asked again: a connection that was kept may end in the midst of the next request. */
  const kept: Agent = new OfHttp({ keepAlive: true })

  const once = async (url: URL, init: RequestInit): Promise<FetchAnswer> => {
    const isRead = init.method === 'GET'
    const sent = request(url, {
      method: init.method as string,
      headers: lengthed(init),
      agent: isRead ? kept : false,
      ...(init.signal ? { signal: init.signal } : {}),
    })
    let isSlow = false
    const timer = setTimeout(() => {
      isSlow = true
      sent.destroy()
    }, limit)
    try {
      sent.end(init.body as string | undefined)
      const answer = await answerTo(sent)
      return read(answer, await contentOf(answer), shown, init)
    } catch (error) {
      // Whatever it broke off with then.
      throw isSlow ? Object.assign(new Error('Too slow.', { cause: error }), { code: 'TOO_SLOW' }) : error
    } finally {
      clearTimeout(timer)
    }
  }

  return async (target: string, init: RequestInit): Promise<FetchAnswer> => {
    const url = new URL(target)
    // “.” and “..” would lead elsewhere.
    if (url.href !== target) throw new Failure('BAD_REQUEST', 'Neither an ID nor a name can be “.” or “..”.')
    for (const pause of [...(options.pauses ?? pauses), undefined]) {
      try {
        return await once(url, init)
      } catch (error) {
        if (error instanceof Failure || init.signal?.aborted) throw error
        const code = codeOf(error)
        const isRead = init.method === 'GET'
        const isLost = code === 'ECONNRESET' || code === 'EPIPE'
        if (pause !== undefined && (code === 'ECONNREFUSED' || (isRead && isLost))) {
          await new Promise((resume) => setTimeout(resume, pause))
          continue
        }
        const words = wordsOf(code, shown, limit)
        // What workloads get is put on record, which nobody has to look for.
        const changes = !isRead && !url.pathname.endsWith('/workloads/resolve')
        const doubt =
          !changes || neverReceived(code) ? '' : ' Whether it took the change is not known: look before you try again.'
        throw new Failure('UNAVAILABLE', words + doubt, { cause: error })
      }
    }
    throw new Error('Unreachable: the last pause is none.')
  }
}

const codeOf = (error: unknown): string => `${(error as NodeJS.ErrnoException).code ?? ''}`

const lengthed = ({ headers, body }: RequestInit): Record<string, string | number> => ({
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
        if (size > mostBytes) answer.destroy(Object.assign(new Error(), { code: 'TOO_LARGE' }))
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
