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

/** Starts a server that drops a number of connections after reading a request, then responds. */
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
  createFetch(address, { retryDelays: [1, 1], ...options })(`${address}/v1/a`, { method: 'GET', headers, ...init })

const failureOf = async (asked: Promise<unknown>): Promise<Failure> => {
  const error = await asked.catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(Failure)
  expect((error as Failure).code).toBe('UNAVAILABLE')
  return error as Failure
}

describe('a request whose connection breaks', () => {
  it('is retried twice when it only reads', async () => {
    const { address, seen } = await breaking(2)
    expect((await ask(address)).status).toBe(200)
    expect(seen).toEqual(['GET', 'GET', 'GET'])
  })

  it('fails after the retries', async () => {
    const { address, seen } = await breaking(3)
    const { message } = await failureOf(ask(address))
    expect(message).toContain(`The connection to “${address}” broke`)
    expect(message).not.toContain('not known')
    expect(seen).toHaveLength(3)
  })

  it.each(['PUT', 'POST', 'PATCH', 'DELETE'])(
    'is not retried when it is a %s, which the server may have executed',
    async (method) => {
      const { address, seen } = await breaking(1)
      const { message } = await failureOf(ask(address, { method, body: '{}' }))
      expect(message).toContain('Whether it took the change is not known')
      expect(seen).toEqual([method])
    },
  )
})

describe('a server that is down', () => {
  it('is retried until it is up, also for a change', async () => {
    const server = createServer((_, answer) => answer.setHeader('content-type', 'application/json').end('{}'))
    const address = await at(server)
    const { port } = server.address() as AddressInfo
    await new Promise((closed) => server.close(closed))
    const asked = ask(address, { method: 'PUT', body: '{}' }, { retryDelays: [200, 1000, 1000] })
    server.listen(port, '127.0.0.1')
    expect((await asked).status).toBe(200)
  })

  it('is named when it stays down, without a warning about a change', async () => {
    const { message } = await failureOf(ask('http://127.0.0.1:9', { method: 'PUT', body: '{}' }))
    expect(message).toBe(
      'The server at “http://127.0.0.1:9” cannot be reached: nothing listens there. Check PAPERSPACE_CONFIG_HOST, and that it runs.',
    )
  })

  it('is named when the host does not exist', async () => {
    expect((await failureOf(ask('http://nothing.invalid'))).message).toContain(
      '“http://nothing.invalid” cannot be reached',
    )
  })
})

describe('a response', () => {
  it('must be complete before the timeout', async () => {
    const silent = await answering(() => undefined)
    expect((await failureOf(ask(silent, {}, { timeout: 30 }))).message).toContain('did not answer within 0.03 seconds')
    const endless = await answering((_, answer) => answer.setHeader('content-type', 'application/json').write('{'))
    expect((await failureOf(ask(endless, {}, { timeout: 30 }))).message).toContain('did not answer')
  })

  it.each([200, 404, 502])('of status %i without JSON is reported as another service', async (status) => {
    const address = await answering((_, answer) =>
      answer.writeHead(status, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>'),
    )
    expect((await failureOf(ask(address))).message).toBe(
      `What answers at “${address}” is not this service: it sent status ${status} and no JSON. Check the address.`,
    )
  })

  it.each([301, 302, 307, 308])(
    'of status %i is not followed, so that the key is sent to no other host',
    async (status) => {
      const elsewhere: unknown[] = []
      const other = await answering((request, answer) => {
        elsewhere.push(request.headers)
        answer.end()
      })
      const address = await answering((_, answer) => answer.writeHead(status, { location: `${other}/v1/a` }).end())
      expect((await failureOf(ask(address))).message).toContain(`“${address}” redirects to “${other}/v1/a”.`)
      expect(elsewhere).toEqual([])
    },
  )

  it('that is not HTTP is reported', async () => {
    const address = await at(createPlainServer((socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n')))
    expect((await failureOf(ask(address))).message).toContain('does not speak HTTP')
  })

  it('is complete, in any number of chunks', async () => {
    const text = JSON.stringify({ a: '€'.repeat(200_000) })
    const address = await answering((_, answer) => answer.setHeader('content-type', 'application/json').end(text))
    expect(await (await ask(address)).json()).toEqual(JSON.parse(text))
  })
})

describe('over TLS', () => {
  it('refuses an untrusted certificate, and sends nothing', async () => {
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

  it('reports a server that does not speak TLS', async () => {
    const address = (await answering(() => undefined)).replace('http:', 'https:')
    expect((await failureOf(ask(address))).message).toContain('does not speak TLS')
  })
})

it('refuses an address whose dots lead to another path', async () => {
  const address = await answering((_, answer) => answer.end())
  const fetch = createFetch(address)
  const asked = fetch(`${address}/v1/projects/../secrets`, { method: 'GET', headers })
  await expect(asked).rejects.toMatchObject({ code: 'BAD_REQUEST' })
})
