import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it } from 'vitest'
import { cleanUp } from '#server/testing/clean-up.ts'
import { fetchFromProvider } from './fetch-from-provider.ts'

const addressOf = async (listener: RequestListener): Promise<string> => {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanUp(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

it.each<[string, RequestListener]>([
  ['never answers', () => undefined],
  ['never ends its answer', (_request, answer) => void answer.write('{')],
])('gives up on a provider that %s', async (_how, listener) => {
  const asked = fetchFromProvider(await addressOf(listener), {}, { time: 50, bytes: 1000 })
  await expect(asked).rejects.toThrow('did not answer within')
})

it('stops reading an answer without an end when it is too large', async () => {
  const address = await addressOf((_request, answer) => {
    const more = setInterval(() => answer.write('x'.repeat(1000)), 1)
    answer.on('close', () => clearInterval(more))
  })
  await expect(fetchFromProvider(address, {}, { time: 10_000, bytes: 5000 })).rejects.toThrow('more than 5000 bytes')
})

it('follows no redirect', async () => {
  const address = await addressOf((_request, answer) => answer.writeHead(302, { location: '/other' }).end())
  await expect(fetchFromProvider(address)).rejects.toThrow('redirect')
})
