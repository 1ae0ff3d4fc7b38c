import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { cleanUp } from '#server/testing/clean-up.ts'

/** What the proxy does with a request: forward it, or forward it and drop the response. */
export type Way = 'on' | 'answer lost'

/** Starts a proxy before a server. Calls `pass` before it forwards a request. Returns its address. */
export const startProxy = async (
  address: string,
  pass: (method: string, path: string) => Way | Promise<Way>,
): Promise<string> => {
  const server = createServer(async (asked, answer) => {
    const { method = '', url = '', headers } = asked
    const body = await buffer(asked)
    const way = await pass(method, url)
    const onward = request(address + url, { method, headers, agent: false }).end(body)
    onward.on('response', (response) => {
      if (way === 'answer lost') response.resume().on('end', () => answer.destroy())
      else response.pipe(answer.writeHead(response.statusCode ?? 500, response.headers))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanUp(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
