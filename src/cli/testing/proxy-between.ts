import { once } from 'node:events'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { cleanUp } from '#server/testing/clean-up.ts'

/** What becomes of a request on its way: it goes on, or it goes on and its answer is lost. */
export type Way = 'on' | 'answer lost'

/** Stands between a command line and its server: `pass` is called before each request goes on. Returns its address. */
export const startBetween = async (
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
