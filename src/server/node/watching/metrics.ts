import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { RequestLog } from '#server/deps.ts'
import { statuses } from '#shared/failure.ts'
import { databaseGauges } from './database-gauges.ts'
import type { DatabaseStatistics } from './database-statistics.ts'
import type { StoreCall } from './instrument-store.ts'

export type Metrics = {
  /** Records an answered request. */
  request(entry: RequestLog): void
  /** Counts a request as in flight until the returned function is called. */
  requestStarted(): () => void
  /** Counts a stream of events as open until the returned function is called. */
  streamOpened(): () => void
  storeCall(call: StoreCall): void
  /** Records an answer with the values of this many secrets. */
  countResolved(secrets: number): void
  /** Returns all metrics in Prometheus's text format. */
  scrape(): Promise<string>
  contentType: string
}

type About = { version: string; database: string; now(): number; vitals(): Promise<DatabaseStatistics> }

const seconds = (ms: number) => ms / 1000
const requestBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const storeBuckets = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5]

/** The methods of routes. Others share one label, so that clients cannot create labels. */
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])
const codes = new Map<number, string>(Object.entries(statuses).map(([code, status]) => [status, code]))

/**
 * Creates the metrics in a registry of their own. Labels come from a bounded set in the source: route patterns,
 * methods, codes and names of calls, never an id, a name or other data of a request.
 */
export const createMetrics = (about: About): Metrics => {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })

  const requests = new Histogram({
    name: 'gradient_http_request_duration_seconds',
    help: 'Time to answer a request of the API, by the pattern of its route, method and class of status.',
    labelNames: ['route', 'method', 'status'],
    buckets: requestBuckets,
    registers,
  })
  const inFlight = new Gauge({
    name: 'gradient_http_requests_in_flight',
    help: 'Requests that are being answered.',
    registers,
  })
  const streams = new Gauge({
    name: 'gradient_event_streams_open',
    help: 'Streams of events that are open, such as those of open consoles.',
    registers,
  })
  const refusals = new Counter({
    name: 'gradient_refusals_total',
    help: 'Requests that were answered with an error, by the pattern of their route, method and code.',
    labelNames: ['route', 'method', 'code'],
    registers,
  })
  const storeCalls = new Histogram({
    name: 'gradient_store_duration_seconds',
    help: 'Time that the database took, by call of the store and how it ended: ok, refused or failed.',
    labelNames: ['operation', 'outcome'],
    buckets: storeBuckets,
    registers,
  })
  const resolves = new Counter({
    name: 'gradient_resolves_total',
    help: 'Times that a workload got values.',
    registers,
  })
  const resolvedSecrets = new Counter({
    name: 'gradient_resolved_secrets_total',
    help: 'Secrets whose values workloads got.',
    registers,
  })
  new Gauge({
    name: 'gradient_build_info',
    help: 'Always 1; the versions of the product and of Node, and the kind of database.',
    labelNames: ['version', 'node', 'database'],
    registers,
  }).set({ version: about.version, node: process.version, database: about.database }, 1)
  const readDatabase = databaseGauges(registers, about)

  return {
    request: ({ route, method: given, status, ms }) => {
      const method = methods.has(given) ? given : 'other'
      requests.observe({ route, method, status: `${Math.floor(status / 100)}xx` }, seconds(ms))
      if (status >= 400) refusals.inc({ route, method, code: codes.get(status) ?? 'OTHER' })
    },
    requestStarted: () => {
      inFlight.inc()
      return () => inFlight.dec()
    },
    streamOpened: () => {
      streams.inc()
      return () => streams.dec()
    },
    storeCall: ({ operation, outcome, start, end }) => storeCalls.observe({ operation, outcome }, seconds(end - start)),
    countResolved: (secrets) => {
      resolves.inc()
      resolvedSecrets.inc(secrets)
    },
    scrape: async () => {
      await readDatabase()
      return registry.metrics()
    },
    contentType: registry.contentType,
  }
}
