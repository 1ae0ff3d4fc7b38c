import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, createServer as createPlainServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { cleanUp } from '#server/testing/clean-up.ts'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'
import { Failure } from '#shared/failure.ts'
import { createFetch, type HttpOptions } from './node-fetch.ts'

type Listener = { listen(port: number, host: string, ready: () => void): unknown; address(): unknown; close(): unknown }

const at = async (server: Listener, scheme = 'http'): Promise<string> => {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  cleanUp(() => server.close())
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`
}
const answering = (listener: RequestListener) => at(createServer(listener))

/** Breaks off so many connections after reading a request, then answers. */
const breaking = async (times: number) => {
  const seen: string[] = []
  const address = await at(
    createPlainServer((socket: Socket) => {
      socket
        .on('error', () => undefined)
        .once('data', (data) => {
          seen.push(`${data}`.split(' ')[0] ?? '')
          if (seen.length <= times) socket.resetAndDestroy()
          else socket.end('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}')
        })
    }),
  )
  return { address, seen }
}

const headers = { accept: 'application/json', authorization: 'Bearer canary' }
const ask = (address: string, init: RequestInit = {}, options: HttpOptions = {}) =>
  createFetch(address, { pauses: [1, 1], ...options })(`${address}/v1/a`, { method: 'GET', headers, ...init })

const failureOf = async (asked: Promise<unknown>): Promise<Failure> => {
  const error = await asked.catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(Failure)
  expect((error as Failure).code).toBe('UNAVAILABLE')
  return error as Failure
}

describe('a request that breaks', () => {
  it('is repeated twice when it only reads', async () => {
    const { address, seen } = await breaking(2)
    expect((await ask(address)).status).toBe(200)
    expect(seen).toEqual(['GET', 'GET', 'GET'])
  })

  it('is given up after that', async () => {
    const { address, seen } = await breaking(3)
    const { message } = await failureOf(ask(address))
    expect(message).toContain(`The connection to “${address}” broke`)
    expect(message).not.toContain('not known')
    expect(seen).toHaveLength(3)
  })

  it.each(['PUT', 'POST', 'PATCH', 'DELETE'])(
    'is not repeated when it is a %s, which may have been done',
    async (method) => {
      const { address, seen } = await breaking(1)
      const { message } = await failureOf(ask(address, { method, body: '{}' }))
      expect(message).toContain('Whether it took the change is not known')
      expect(seen).toEqual([method])
    },
  )
})

describe('a server that is not there', () => {
  it('is asked again until it is, also to change something', async () => {
    const server = createServer((_, answer) => answer.setHeader('content-type', 'application/json').end('{}'))
    const address = await at(server)
    const { port } = server.address() as AddressInfo
    await new Promise((closed) => server.close(closed))
    const asked = ask(address, { method: 'PUT', body: '{}' }, { pauses: [200, 1000, 1000] })
    server.listen(port, '127.0.0.1')
    expect((await asked).status).toBe(200)
  })

  it('is named when it stays away, with nothing in doubt', async () => {
    const { message } = await failureOf(ask('http://127.0.0.1:9', { method: 'PUT', body: '{}' }))
    expect(message).toBe(
      'The server at “http://127.0.0.1:9” cannot be reached: nothing listens there. Check PAPERSPACE_CONFIG_HOST, and that it runs.',
    )
  })

  it('is named when there is no such host', async () => {
    expect((await failureOf(ask('http://nothing.invalid'))).message).toContain(
      '“http://nothing.invalid” cannot be reached',
    )
  })
})

describe('an answer', () => {
  it('is waited for only so long, to its end', async () => {
    const silent = await answering(() => undefined)
    expect((await failureOf(ask(silent, {}, { longest: 30 }))).message).toContain('did not answer within 0.03 seconds')
    const endless = await answering((_, answer) => answer.setHeader('content-type', 'application/json').write('{'))
    expect((await failureOf(ask(endless, {}, { longest: 30 }))).message).toContain('did not answer')
  })

  it.each([200, 404, 502])('of status %i that is no JSON is not this service’s', async (status) => {
    const address = await answering((_, answer) =>
      answer.writeHead(status, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>'),
    )
    expect((await failureOf(ask(address))).message).toBe(
      `What answers at “${address}” is not this service: it sent status ${status} and no JSON. Check the address.`,
    )
  })

  it.each([301, 302, 307, 308])('of status %i is not followed, so that the key goes nowhere else', async (status) => {
    const elsewhere: unknown[] = []
    const other = await answering((request, answer) => {
      elsewhere.push(request.headers)
      answer.end()
    })
    const address = await answering((_, answer) => answer.writeHead(status, { location: `${other}/v1/a` }).end())
    expect((await failureOf(ask(address))).message).toContain(`“${address}” redirects to “${other}/v1/a”.`)
    expect(elsewhere).toEqual([])
  })

  it('that is no HTTP is told from one', async () => {
    const address = await at(createPlainServer((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n')))
    expect((await failureOf(ask(address))).message).toContain('does not speak HTTP')
  })

  it('comes whole, however many pieces it has', async () => {
    const text = JSON.stringify({ a: '€'.repeat(200_000) })
    const address = await answering((_, answer) => answer.setHeader('content-type', 'application/json').end(text))
    expect(await (await ask(address)).json()).toEqual(JSON.parse(text))
  })
})

describe('over TLS', () => {
  it('a certificate that nobody vouches for is refused, and nothing is sent', async () => {
    const folder = newTemporaryFolder()
    const [key, cert] = [join(folder, 'key'), join(folder, 'cert')]
    const subject = ['-subj', '/CN=localhost', '-days', '1']
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-keyout',
        key,
        '-out',
        cert,
        ...subject,
      ],
      { stdio: 'ignore' },
    )
    const seen: unknown[] = []
    const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, () => seen.push(1))
    const { message } = await failureOf(ask(await at(server, 'https'), { method: 'PUT', body: '{}' }))
    expect(message).toMatch(/^The certificate of “https:.*” is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)/)
    expect(message).not.toContain('not known')
    expect(seen).toEqual([])
  })

  it('a server that does not speak it is told', async () => {
    const address = (await answering(() => undefined)).replace('http:', 'https:')
    expect((await failureOf(ask(address))).message).toContain('does not speak TLS')
  })
})

it('refuses to send to an address that dots lead away from', async () => {
  const address = await answering((_, answer) => answer.end())
  const fetch = createFetch(address)
  const asked = fetch(`${address}/v1/projects/../secrets`, { method: 'GET', headers })
  await expect(asked).rejects.toMatchObject({ code: 'BAD_REQUEST' })
})
