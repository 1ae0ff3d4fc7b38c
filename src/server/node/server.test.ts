import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'
import { headerLines, sessionCookie, startTestServer } from '#server/testing/processes/test-server.ts'
import type { Failure } from '#shared/failure.ts'

/** A built console: one document and its files. */
const assets = newTemporaryFolder()
mkdirSync(join(assets, 'assets'))
writeFileSync(join(assets, 'index.html'), '<!doctype html><title>console</title>')
writeFileSync(join(assets, 'assets/index-abc123.js'), 'console.log(1)')

const server = await startTestServer({}, { assets })
const session = sessionCookie(await server.setUp())
const secrets = '/v1/teams/gradient-next/secrets'

/** Sends raw bytes that no client would send, and reads until the server closes the connection. */
const sendRaw = async (...parts: string[]): Promise<string> => {
  const socket = connect(Number(new URL(server.address).port), '127.0.0.1')
  await once(socket, 'connect')
  const answer = text(socket)
  socket.on('error', () => undefined)
  for (const part of parts) socket.write(part)
  return answer
}
const head = (line: string, ...headers: string[]) =>
  `${[line, 'Host: localhost', 'Connection: close', ...headerLines(session), ...headers].join('\r\n')}\r\n\r\n`

describe('the API next to the console', () => {
  it('answers unknown paths with a JSON 404, to anyone', async () => {
    for (const headers of [session, {}]) {
      for (const path of [
        '/v1',
        '/v1/',
        '/v1/nothing',
        '/v1/projects/',
        '/v1/index.html',
        '/v1/assets/index-abc123.js',
      ]) {
        const { status, json } = await server.request<Failure>('GET', path, undefined, headers)
        expect([path, status, json?.code]).toEqual([path, 404, 'NOT_FOUND'])
      }
    }
  })

  it('answers an unsupported method with 405', async () => {
    const { status, headers } = await server.request('PUT', '/v1/projects', {}, session)
    expect([status, headers.get('allow')]).toEqual([405, 'GET, POST'])
  })

  it('logs the route of a request, but no name or value from it', async () => {
    await server.request('PUT', `${secrets}/LOGGED_NAME?include=overlaps`, { value: 'logged value' }, session)
    await expect.poll(server.log).toContain('"route":"/v1/teams/:id/secrets/:name"')
    expect(server.log()).not.toMatch(/LOGGED_NAME|logged value|gradient-session|cookie|gradient-next/i)
  })
})

describe('the console', () => {
  it.each(['/', '/login', '/gradient-next/projects', '/v1x', '/gradient-next/projects/pr1/settings'])(
    'is one document at every other path: %s',
    async (path) => {
      const { status, text, headers } = await server.request('GET', path)
      expect([status, text]).toEqual([200, '<!doctype html><title>console</title>'])
      expect(headers.get('cache-control')).toBe('no-cache')
    },
  )

  it('has a policy that allows no inline code and no other origin', async () => {
    const { headers } = await server.request('GET', '/')
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'")
    expect(policy).toContain("base-uri 'none'; frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe|data:|https?:|\*/)
    expect(Object.fromEntries(headers)).toMatchObject({
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
  })

  it('serves its files, and 404 for missing ones', async () => {
    const file = await server.request('GET', '/assets/index-abc123.js')
    expect([file.status, file.text]).toEqual([200, 'console.log(1)'])
    expect(file.headers.get('cache-control')).toContain('immutable')
    expect((await server.request('GET', '/assets/gone.js')).status).toBe(404)
  })

  it.each([
    '/../../../../etc/passwd',
    '/..%2f..%2f..%2fetc/passwd',
    '/assets/..%2f..%2fmaster.key',
    '/%2e%2e/master.key',
  ])('serves no file from outside its folder: %s', async (path) => {
    const answer = await sendRaw(head(`GET ${path} HTTP/1.1`))
    expect(answer).not.toContain('root:')
    expect(answer).toMatch(/^HTTP\/1\.1 (404|400)|<title>console<\/title>/)
  })

  it("is served for the server's own hosts only", async () => {
    expect((await server.request('GET', '/', undefined, { host: 'evil.example' })).status).toBe(400)
  })
})

describe('over the network', () => {
  it('a body is rejected by its announced length before it is sent', async () => {
    const answer = await sendRaw(
      head(`POST ${secrets} HTTP/1.1`, 'Content-Type: application/json', 'Content-Length: 999999999'),
      '{"name":"A"',
    )
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
    expect(answer).toContain('PAYLOAD_TOO_LARGE')
  })

  it('a body without an announced length is rejected when it grows too large', async () => {
    const chunk = `10000\r\n${' '.repeat(0x10000)}\r\n`
    const answer = await sendRaw(
      head(`POST ${secrets} HTTP/1.1`, 'Content-Type: application/json', 'Transfer-Encoding: chunked'),
      chunk.repeat(7),
    )
    expect(answer).toMatch(/^HTTP\/1\.1 413 /)
  })

  it('a body with two lengths is rejected', async () => {
    const answer = await sendRaw(
      head(
        `POST ${secrets} HTTP/1.1`,
        'Content-Type: application/json',
        'Content-Length: 4',
        'Transfer-Encoding: chunked',
      ),
      '0\r\n\r\n',
    )
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
  })

  it.each(['../A', '..', '', 'a/b%20c', '//', 'A/..'])(
    'a name with path segments, %j, gets a JSON answer',
    async (name) => {
      const body = '{"value":"canary"}'
      const answer = await sendRaw(
        head(`PUT ${secrets}/${name} HTTP/1.1`, 'Content-Type: application/json', `Content-Length: ${body.length}`),
        body,
      )
      expect(answer).toMatch(/^HTTP\/1\.1 (400|404|405) /)
      expect(answer.toLowerCase()).toContain('content-type: application/json')
      expect(answer).toContain('"code"')
      expect(answer).not.toContain('canary')
    },
  )

  it('a request without a host, or with a foreign one, is rejected', async () => {
    expect(await sendRaw('GET /v1/setup HTTP/1.1\r\nConnection: close\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /)
    expect(await sendRaw('GET /v1/setup HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 /,
    )
  })

  it('none of these requests causes a server error', () => {
    expect(server.log()).not.toContain('unexpected error')
  })
})

it('tells browsers to use https only when people use it by https: the API, the probes and the console', async () => {
  const secure = await startTestServer({ PUBLIC_URL: 'https://secrets.example.com' }, { assets })
  const paths = [
    '/v1/setup',
    '/v1/nothing',
    '/v1/session',
    '/healthz',
    '/readyz',
    '/',
    '/assets/index-abc123.js',
    '/assets/x',
  ]
  for (const path of paths) {
    const { headers } = await secure.request('GET', path)
    expect([path, headers.get('strict-transport-security')]).toEqual([path, 'max-age=31536000'])
    expect((await server.request('GET', path)).headers.get('strict-transport-security')).toBeNull()
  }
  const { status, headers } = await secure.request('POST', '/elsewhere', {})
  expect([status, headers.get('strict-transport-security')]).toEqual([404, 'max-age=31536000'])
})
