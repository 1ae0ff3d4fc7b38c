import { afterEach, describe, expect, it, vi } from 'vitest'
import { type ReceivedSpan, startFakeCollector } from '#server/testing/fakes/fake-otlp-collector.ts'
import { findLeaks } from '#server/testing/find-leaks.ts'
import { newPostgresDatabase } from '#server/testing/postgres/new-postgres-database.ts'
import { sendTraffic } from '#server/testing/processes/send-traffic.ts'
import { firstAccount, sessionCookie, startFailure, startTestServer } from '#server/testing/processes/test-server.ts'

// Real servers take a while to start and stop.
vi.setConfig({ testTimeout: 60_000 })

const json = { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }

afterEach(() => vi.unstubAllEnvs())

/** Starts a server in this process, because OpenTelemetry's library reads the variables of its process. */
const startHere = (settings: Record<string, string>) => {
  for (const [name, value] of Object.entries(settings)) if (name.startsWith('OTEL_')) vi.stubEnv(name, value)
  return startTestServer(settings)
}

/** Returns everything that a server exports after various requests and a stop. */
const traced = async (settings: Record<string, string>, headers: Record<string, string> = {}) => {
  const collector = await startFakeCollector()
  const server = await startHere({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.address, ...settings })
  const canaries = await sendTraffic(server.request, headers)
  await server.stop()
  vi.unstubAllEnvs()
  return { ...collector, canaries }
}

const server = 2
const client = 3
const failed = 2
const childrenOf = (spans: ReceivedSpan[], parent: ReceivedSpan | undefined) =>
  spans.filter(({ parentSpanId }) => parentSpanId === parent?.spanId)

describe.each(['sqlite', 'postgres'] as const)('the traces of a server on %s', (kind) => {
  const settings = async (): Promise<Record<string, string>> =>
    kind === 'sqlite' ? json : { ...json, DATABASE_URL: await newPostgresDatabase() }

  it('have a span per request, named by route pattern, with its store calls, all exported by the end', async () => {
    const collector = await traced(await settings())
    const spans = collector.spans()
    const requests = spans.filter(({ kind }) => kind === server)
    expect(new Set(requests.map(({ name }) => name))).toEqual(
      new Set([
        'POST /v1/setup',
        'POST /v1/session',
        'GET /v1/projects',
        'GET',
        'POST /v1/projects',
        'POST /v1/projects/:id/secrets',
        'PUT /v1/projects/:id/secrets/:name',
        'GET /v1/projects/:id/secrets/:name',
        'GET /v1/projects/:id/secrets',
        'POST /v1/api-keys',
        'POST /v1/workloads/resolve',
      ]),
    )
    const set = requests.find(({ name }) => name === 'PUT /v1/projects/:id/secrets/:name')
    expect(set?.attributes).toEqual({
      'http.request.method': 'PUT',
      'http.route': '/v1/projects/:id/secrets/:name',
      'http.response.status_code': 200,
    })
    const calls = childrenOf(spans, set)
    const write = calls.find(({ name }) => name === 'writeSecret')
    expect(write).toMatchObject({ traceId: set?.traceId, kind: client })
    expect(write?.attributes).toEqual({
      'db.system.name': kind === 'sqlite' ? 'sqlite' : 'postgresql',
      'db.operation.name': 'writeSecret',
    })
    const within = (outer: ReceivedSpan | undefined, inner: ReceivedSpan | undefined) =>
      BigInt(outer?.startTimeUnixNano ?? 0) <= BigInt(inner?.startTimeUnixNano ?? 0) &&
      BigInt(inner?.startTimeUnixNano ?? 0) <= BigInt(inner?.endTimeUnixNano ?? 0)
    expect(within(set, write)).toBe(true)
    const resolve = requests.find(({ name }) => name === 'POST /v1/workloads/resolve')
    expect(childrenOf(spans, resolve).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['keyOwner', 'holders', 'recordAll']),
    )
    expect(spans.filter(({ parentSpanId, kind }) => !parentSpanId && kind !== server)).toEqual([])
    expect(collector.resource()).toMatchObject({ 'service.name': 'gradient-secrets', 'service.version': '0.1.0' })
    expect(new Set(collector.exports.map(({ path }) => path))).toEqual(new Set(['/v1/traces']))
  })
})

describe('traces', () => {
  it.each(['http/json', 'http/protobuf'])(
    'contain no name, id, value, password or key in any byte sent as %s',
    async (protocol) => {
      const collector = await traced({ OTEL_EXPORTER_OTLP_PROTOCOL: protocol, OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '8' })
      expect(new Set(collector.exports.map(({ type }) => type))).toEqual(
        new Set([protocol === 'http/json' ? 'application/json' : 'application/x-protobuf']),
      )
      const sent = Buffer.concat(collector.exports.map(({ bytes }) => bytes))
      expect(sent.toString('latin1')).toContain('/v1/projects/:id/secrets/:name')
      expect(findLeaks(sent, collector.canaries)).toEqual([])
    },
  )

  it("continue the trace of the request's headers", async () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c'
    const collector = await traced(json, { traceparent: `00-${traceId}-b7ad6b7169203331-01` })
    const spans = collector.spans()
    expect(new Set(spans.map((span) => span.traceId))).toEqual(new Set([traceId]))
    expect(new Set(spans.filter(({ kind }) => kind === server).map((span) => span.parentSpanId))).toEqual(
      new Set(['b7ad6b7169203331']),
    )
  })

  it('skip a request that its caller does not sample, and start a new trace after an invalid header', async () => {
    const untraced = await traced(json, { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00' })
    expect(untraced.exports).toEqual([])
    const collector = await traced(json, { traceparent: '00-canary' })
    expect(collector.spans().some(({ parentSpanId, kind }) => kind === server && parentSpanId)).toBe(false)
  })

  it('carry the resource attributes from the variables', async () => {
    const resource = { OTEL_SERVICE_NAME: 'vault-a', OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=lab' }
    const collector = await traced({ ...json, ...resource })
    expect(collector.resource()).toMatchObject({ 'service.name': 'vault-a', 'deployment.environment.name': 'lab' })
  })

  it('show the type of an error but not its message', async () => {
    const collector = await startFakeCollector()
    const server = await startHere({ ...json, OTEL_EXPORTER_OTLP_ENDPOINT: collector.address })
    const cookie = sessionCookie(await server.request('POST', '/v1/setup', firstAccount))
    await server.request('GET', '/v1/projects/CANARY00001', undefined, cookie)
    await server.stop()
    const spans = collector.spans()
    const asked = spans.find(({ name }) => name === 'GET /v1/projects/:id')
    expect(asked?.status.code ?? 0).not.toBe(failed)
    const refused = childrenOf(spans, asked).find(({ attributes }) => attributes['error.type'] === 'NOT_FOUND')
    expect(refused?.status).toEqual(expect.not.objectContaining({ message: expect.anything() }))
    expect(refused?.events).toEqual([])
  })
})

describe('a server without traces', () => {
  it.each([
    ['when the whole of it is disabled', { OTEL_SDK_DISABLED: 'true' }],
    ['when no exporter is wanted', { OTEL_TRACES_EXPORTER: 'none' }],
    ['when no request is sampled', { OTEL_TRACES_SAMPLER: 'always_off' }],
  ])('exports nothing %s', async (_, settings) => {
    expect((await traced({ ...json, ...settings })).exports).toEqual([])
  })
})

describe('an unsupported trace setting', () => {
  it.each([
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc'],
    ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'canary'],
    ['OTEL_TRACES_EXPORTER', 'canary'],
    ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'canary:4317'],
    ['OTEL_TRACES_SAMPLER', 'canary'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.5'],
    ['OTEL_BSP_MAX_QUEUE_SIZE', 'canary'],
  ])('stops the start and names %s', async (name, value) => {
    const said = await startFailure({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', [name]: value })
    expect(said).toMatch(new RegExp(`^${name} must be .*$`))
    expect(said).not.toContain('canary')
  })
})
