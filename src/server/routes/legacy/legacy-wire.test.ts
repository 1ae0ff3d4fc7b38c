import { mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'
import { sessionCookie, startTestServer } from '#server/testing/processes/test-server.ts'

/** The console, which answers every address outside the API with a page. */
const assets = newTemporaryFolder()
mkdirSync(join(assets, 'assets'))
writeFileSync(join(assets, 'index.html'), '<!doctype html><title>console</title>')

const server = await startTestServer({}, { assets })
const session = sessionCookie(await server.setUp())
const make = async <Made>(path: string, body: unknown, method = 'POST') =>
  (await server.request<Made>(method, path, body, session)).json

const { key } = await make<{ key: string }>('/v1/api-keys', { name: 'old scripts' })
const newProject = async (name: string) => (await make<{ id: string }>('/v1/projects', { name })).id
// Made in the order of their names, so that lists by time have one order even within a millisecond.
const scratch = await newProject('scratch')
const speech = await newProject('speech')
const web = await newProject('web')
const gpu = (await make<{ id: string }>('/v1/clusters', { name: 'gpu-1', type: 'kubernetes' })).id
const vm = (await make<{ id: string }>('/v1/clusters', { name: 'vm-1', type: 'vm' })).id
const stored = [
  'teams/gradient-next/secrets/AWS_KEY',
  `projects/${web}/secrets/API_KEY`,
  `projects/${web}/secrets/DB_PASSWORD`,
  `projects/${scratch}/secrets/OLD_KEY`,
  `clusters/${gpu}/secrets/HF_TOKEN`,
  `clusters/${vm}/secrets/OLD_KEY`,
]
for (const path of stored) await make(`/v1/${path}`, { value: 'a stored value' }, 'PUT')

type Received = { status: string; headers: string; body: string }

/** Sends these bytes and reads one answer up to its content length: the client keeps the connection open. */
const exchange = (bytes: string): Promise<Received> =>
  new Promise((received, fail) => {
    const socket = connect(Number(new URL(server.address).port), '127.0.0.1')
    let text = ''
    socket.setEncoding('utf8').on('error', fail)
    socket.on('close', () => fail(new Error(`The connection ended after: ${text}`)))
    socket.on('data', (part: string) => {
      text += part
      const end = text.indexOf('\r\n\r\n')
      const [status = '', headers = ''] = text.slice(0, end).split(/\r\n(.*)/s)
      const length = Number(headers.match(/^content-length: (\d+)\r?$/im)?.[1])
      const body = text.slice(end + 4)
      if (end < 0 || !(bytes.startsWith('HEAD ') || Buffer.byteLength(body) >= length)) return
      received({ status, headers, body })
      socket.destroy()
    })
    socket.write(bytes)
  })

type Sent = { body?: string; headers?: Record<string, string> }

/** A recorded request of the client 2.99.3, with this key. */
const recorded = (line: string, { body, headers = {} }: Sent = {}): string => {
  const bodyless = /^(GET|HEAD) /.test(line) ? {} : { 'Content-Length': '0' }
  const all = {
    Host: new URL(server.address).host,
    'User-Agent': 'python-requests/2.31.0',
    'Accept-Encoding': 'gzip, deflate',
    Accept: '*/*',
    Connection: 'keep-alive',
    'X-API-Key': key,
    ps_client_name: 'gradient-cli',
    ps_client_version: '2.99.3',
    ...(body === undefined
      ? bodyless
      : { 'Content-Length': `${Buffer.byteLength(body)}`, 'Content-Type': 'application/json' }),
    ...headers,
  }
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`)
  return `${[`${line} HTTP/1.1`, ...lines].join('\r\n')}\r\n\r\n${body ?? ''}`
}

const send = (line: string, sent?: Sent) => exchange(recorded(line, sent))

/** Times and new IDs in an answer, which differ each time. */
const settled = (text: string) =>
  text
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'TIME')
    .replaceAll(/"(pr|es)[0-9a-z]{10}"/g, (id) =>
      id.includes(web) || id.includes(scratch) || id.includes(speech) ? id : '"NEW"',
    )

const encoded = (filter: string) => encodeURIComponent(filter).replaceAll('%20', '+')
const secret = (name: string) => `{"name":"${name}","dtCreated":"TIME","dtModified":"TIME"}`
const project = (handle: string, name: string) =>
  `{"handle":"${handle}","name":"${name}","dtCreated":"TIME","dtModified":"TIME","repoName":null,"repoUrl":null,"tags":[]}`
const cluster = (id: string, name: string, type: string) =>
  `{"id":"${id}","name":"${name}","type":"${type}","dtCreated":"TIME","dtModified":"TIME"}`
const value = '{"value": "hunter2 \\u00e4"}'

const allProjects = encoded('{"offset":0,"where":{"dtDeleted":null},"order":"dtCreated desc"}')
const oneProject = (handle: string) => encoded(`{"where":{"handle":"${handle}"}}`)
const allClusters = encoded('{"limit": 20, "offset": 0, "where": {"isPrivate": true}}')

describe('a request of the discontinued service’s client', () => {
  it.each<[string, string, string | undefined, string]>([
    ['GET /teams/secrets', '200 OK', undefined, `[${secret('AWS_KEY')}]`],
    ['GET /teams/secrets?teamId=gradient-next', '200 OK', undefined, `[${secret('AWS_KEY')}]`],
    [`GET /projects/secrets?projectId=${web}`, '200 OK', undefined, `[${secret('API_KEY')},${secret('DB_PASSWORD')}]`],
    [`GET /projects/secrets?projectId=${speech}`, '200 OK', undefined, '[]'],
    [`GET /clusters/secrets?clusterId=${gpu}`, '200 OK', undefined, `[${secret('HF_TOKEN')}]`],
    ['PUT /teams/secrets/AWS_KEY', '200 OK', value, secret('AWS_KEY')],
    ['PUT /teams/secrets/AWS_KEY?teamId=gradient-next', '200 OK', value, secret('AWS_KEY')],
    [`PUT /projects/secrets/new-key?projectId=${scratch}`, '200 OK', value, secret('new-key')],
    [`PUT /clusters/secrets/HF_TOKEN?clusterId=${gpu}`, '200 OK', value, secret('HF_TOKEN')],
    [`DELETE /projects/secrets/OLD_KEY?projectId=${scratch}`, '200 OK', undefined, '{"name":"OLD_KEY"}'],
    [`DELETE /clusters/secrets/OLD_KEY?clusterId=${vm}`, '200 OK', undefined, '{"name":"OLD_KEY"}'],
    [
      `GET /projects/?filter=${allProjects}`,
      '200 OK',
      undefined,
      `{"data":[${project(web, 'web')},${project(speech, 'speech')},${project(scratch, 'scratch')}],"meta":{"totalItems":3}}`,
    ],
    [
      `GET /projects/?filter=${oneProject(web)}`,
      '200 OK',
      undefined,
      `{"data":[${project(web, 'web')}],"meta":{"totalItems":1}}`,
    ],
    [`GET /projects?filter=${oneProject('prnone')}`, '200 OK', undefined, '{"data":[],"meta":{"totalItems":0}}'],
    [
      `GET /projects/?filter=${allProjects}&tagFilter=a&tagFilter=b`,
      '200 OK',
      undefined,
      '{"data":[],"meta":{"totalItems":0}}',
    ],
    ['POST /secrets/ephemeral?expiresIn=60', '201 Created', '{"a": "1", "B-b": "2"}', '{"a":"NEW","B-b":"NEW"}'],
    ['POST /secrets/ephemeral', '201 Created', '{"a": "1"}', '{"a":"NEW"}'],
    [
      `GET /clusters/getClusters?filter=${allClusters}`,
      '200 OK',
      undefined,
      `[${cluster(gpu, 'gpu-1', 'kubernetes')},${cluster(vm, 'vm-1', 'vm')}]`,
    ],
    [`GET /clusters/getCluster?id=${vm}`, '200 OK', undefined, cluster(vm, 'vm-1', 'vm')],
    ['GET /teams/namespace', '200 OK', undefined, '"gradient-next"'],
  ])('is answered as by the discontinued service: %s', async (line, status, body, answer) => {
    const received = await send(line, body === undefined ? {} : { body })
    expect(received.status).toBe(`HTTP/1.1 ${status}`)
    expect(settled(received.body)).toBe(answer)
    expect(received.headers).toMatch(/^content-type: application\/json\r?$/im)
    expect(received.headers).not.toMatch(/^location:/im)
  })

  it.each(['/projects/', '/projects'])('creates and deletes a project at %s without a redirect', async (path) => {
    const body = '{"name": "made", "repoName": "r", "repoUrl": "https://example.com/r.git", "handle": "prmine00000"}'
    const made = await send(`POST ${path}`, { body })
    expect([made.status, settled(made.body)]).toEqual(['HTTP/1.1 201 Created', project('NEW', 'made')])
    const { handle } = JSON.parse(made.body)
    const deleted = await send(`POST /projects/${handle}/deleteProject`)
    expect([deleted.status, deleted.body]).toEqual(['HTTP/1.1 200 OK', `{"handle":"${handle}"}`])
    const gone = await send(`POST /projects/${handle}/deleteProject`, { body: 'null' })
    expect(gone.status).toBe('HTTP/1.1 404 Not Found')
    for (const { headers } of [made, deleted, gone]) expect(headers).not.toMatch(/^location:/im)
  })

  it('needs no header that proxies drop', async () => {
    const bytes = recorded('GET /teams/namespace').replaceAll(/ps_client_\w+: [^\r]+\r\n/g, '')
    expect((await exchange(bytes)).body).toBe('"gradient-next"')
  })
})

const unauthorized = '401 Unauthorized'
const badRequest = '400 Bad Request'
const notFound = '404 Not Found'
const notAllowed = '405 Method Not Allowed'
const failed = (code: string, message: string) => JSON.stringify({ code, message })
const nothing = failed('NOT_FOUND', 'There is nothing at this address. Look at /v1/openapi.json.')

describe('a failed request', () => {
  it.each<[string, string, string, Sent]>([
    [
      'GET /teams/secrets',
      unauthorized,
      failed('UNAUTHORIZED', 'Sign in, or send an API key.'),
      { headers: { 'X-API-Key': '' } },
    ],
    [
      'PUT /teams/secrets/A',
      unauthorized,
      failed('UNAUTHORIZED', 'Sign in, or send an API key.'),
      { headers: { 'X-API-Key': '' }, body: value },
    ],
    ['PUT /teams/x', notFound, nothing, { body: value }],
    ['PUT /teams/secrets/', notFound, nothing, { body: value }],
    ['PUT /teams/secrets/a/b%20c?d', notFound, nothing, { body: value }],
    ['PUT /teams/', notFound, nothing, { body: value }],
    ['PUT /x', notFound, nothing, { body: value }],
    ['DELETE /teams/secrets/', notFound, nothing, {}],
    ['GET /teams', notFound, nothing, {}],
    ['GET /teams/', notFound, nothing, {}],
    ['GET /projects/unknown', notFound, nothing, {}],
    ['GET /clusters', notFound, nothing, {}],
    ['GET /secrets', notFound, nothing, {}],
    ['GET /secrets/', notFound, nothing, {}],
    ['GET /teams/secrets/a', notAllowed, failed('METHOD_NOT_SUPPORTED', 'This address takes DELETE, PUT.'), {}],
    ['PUT /teams/namespace', notAllowed, failed('METHOD_NOT_SUPPORTED', 'This address takes GET.'), { body: value }],
    ['GET /secrets/ephemeral', notAllowed, failed('METHOD_NOT_SUPPORTED', 'This address takes POST.'), {}],
    ['PROPFIND /projects/', notAllowed, failed('METHOD_NOT_SUPPORTED', 'This address takes GET, POST.'), {}],
    [
      'GET /teams/secrets?teamId=other',
      notFound,
      failed('NOT_FOUND', 'There is no such team. Check its ID or namespace.'),
      {},
    ],
    [
      'GET /clusters/getCluster?id=clnone',
      notFound,
      failed('NOT_FOUND', 'There is no such cluster. Check its ID.'),
      {},
    ],
    [
      'GET /projects/secrets?projectId=prnone',
      notFound,
      failed('NOT_FOUND', 'There is no such project. Check its ID.'),
      {},
    ],
    [
      'DELETE /teams/secrets/NONE',
      notFound,
      failed('NOT_FOUND', 'There is no secret “NONE” in this team. Check the spelling, also of upper case.'),
      {},
    ],
  ])('is answered with its reason in JSON: %s, %s', async (line, status, answer, sent) => {
    const received = await send(line, sent)
    expect(received.status).toBe(`HTTP/1.1 ${status}`)
    expect(received.headers).not.toMatch(/^location:/im)
    expect(received.body).toBe(answer)
    expect(received.headers).toMatch(/^content-type: application\/json\r?$/im)
  })

  it.each<[string, Sent, string]>([
    ['GET /projects/?filter=%7B', {}, 'The filter is not valid JSON.'],
    [`GET /projects/?filter=${oneProject('a"b')}`, {}, 'The filter is not valid JSON.'],
    ['GET /clusters/getClusters?filter=%7B%22limit%22%3A0%7D', {}, '“limit” in the filter is at least 1.'],
    ['GET /projects/secrets', {}, 'Say which project: add “projectId” to the address.'],
    ['GET /clusters/secrets?clusterId=', {}, 'Say which cluster: add “clusterId” to the address.'],
    ['GET /clusters/getCluster', {}, 'Say which cluster: add “id” to the address.'],
    ['PUT /teams/secrets/9A', { body: value }, 'Letters, digits, “_” and “-”'],
    ['PUT /teams/secrets/a%20b', { body: value }, 'Letters, digits, “_” and “-”'],
    ['PUT /teams/secrets/A', { body: '{"value": ""}' }, 'Type a value.'],
    ['PUT /teams/secrets/A', { body: '{"value": "hunter2' }, 'The body is not valid JSON.'],
    ['PUT /teams/secrets/A', {}, 'application/json'],
    ['POST /secrets/ephemeral?expiresIn=0', { body: '{"A": "hunter2"}' }, '“expiresIn” is 1 to 604,800 seconds.'],
  ])('is answered with what is wrong: %s %j', async (line, sent, message) => {
    const { status, headers, body } = await send(line, sent)
    expect(status).toBe(`HTTP/1.1 ${badRequest}`)
    expect(headers).toMatch(/^content-type: application\/json\r?$/im)
    expect(JSON.parse(body)).toMatchObject({ code: 'BAD_REQUEST', message: expect.stringContaining(message) })
    expect(body).not.toContain('hunter2')
  })

  it('is not answered with a page, even as a HEAD', async () => {
    for (const path of ['/projects/', '/teams/none']) {
      const { headers, body } = await send(`HEAD ${path}`)
      expect([headers.match(/^content-type: (.*?)\r?$/im)?.[1], body]).toEqual(['application/json', ''])
    }
  })

  it('logs no name and no value', async () => {
    await send('PUT /teams/secrets/LOGGED_NAME', { body: '{"value": "logged value"}' })
    await expect.poll(server.log).toContain('"route":"/teams/secrets/:name"')
    expect(server.log()).not.toMatch(/LOGGED_NAME|logged value|hunter2|gsec_|unexpected error/)
    await send('DELETE /teams/secrets/LOGGED_NAME')
  })
})
