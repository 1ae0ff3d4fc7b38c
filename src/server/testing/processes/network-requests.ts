import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { RequestTarget } from '#server/testing/app/send-request.ts'

/** Sends requests to a server over the network, with any `Host` header, which `fetch` does not allow. */
export const networkTarget = (origin: string | Promise<string>): RequestTarget => ({
  request: async (path, { method = 'GET', headers, body }) => {
    const sent = request((await origin) + path, { method, headers: headers as Record<string, string>, agent: false })
    sent.end(body as string | Uint8Array | undefined)
    const [answer] = (await once(sent, 'response')) as [IncomingMessage]
    const content = await buffer(answer)
    const received = new Headers()
    for (const [name, value] of pairs(answer.rawHeaders)) received.append(name, value)
    return new Response(content.length > 0 ? new Uint8Array(content) : null, {
      status: answer.statusCode ?? 0,
      headers: received,
    })
  },
})

const pairs = (flat: string[]): [string, string][] =>
  flat.flatMap((name, index) => (index % 2 ? [] : [[name, flat[index + 1] ?? ''] as [string, string]]))
