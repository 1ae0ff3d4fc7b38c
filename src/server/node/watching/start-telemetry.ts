import { EventEmitter } from 'node:events'
import type { Kysely } from 'kysely'
import type { Deps } from '#server/deps.ts'
import type { Config } from '#server/node/config.ts'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import type { Metrics } from './metrics.ts'
import type { Tracing } from './tracing.ts'

/** What looks on while the server works: the parts that it takes instead of its own, and an end. */
export type Telemetry = {
  deps: Pick<Deps, 'store' | 'log' | 'resolved'>
  /** Wraps what answers requests. */
  around<Env>(answer: Answer<Env>): Answer<Env>
  /** Where the metrics are, if they are anywhere. */
  metricsAddress: string | undefined
  stop(): Promise<void>
}

type Answer<Env> = (request: Request, env: Env) => Response | Promise<Response>

type Watched = Pick<Deps, 'store' | 'log' | 'now' | 'version'> & { db: Kysely<Schema>; kind: DatabaseKind }

/** Starts what the settings ask for. What they do not ask for is not even loaded, and costs a request nothing. */
export const startTelemetry = async (
  { metrics: listen, tracing: traced, database }: Pick<Config, 'metrics' | 'tracing' | 'database'>,
  { store, log, now, version, db, kind }: Watched,
): Promise<Telemetry> => {
  if (!listen && !traced) {
    return { deps: { store, log }, around: (answer) => answer, metricsAddress: undefined, stop: async () => undefined }
  }
  const { instrumentStore } = await import('./instrument-store.ts')
  const metrics = listen && (await loadMetrics({ version, database: kind, now, vitals: () => vitals(db, database) }))
  const listener = listen && metrics && (await loadListener(listen, metrics))
  const tell = (error: unknown) => log.error(error, { requestId: 'traces' })
  const tracing = traced && (await loadTracing(traced, { version, database: kind, tell }))

  return {
    deps: {
      store: instrumentStore(store, (call) => {
        metrics?.storeCall(call)
        tracing?.storeCall(call)
      }),
      log: {
        request: (entry) => {
          log.request(entry)
          metrics?.request(entry)
          tracing?.request(entry)
        },
        error: log.error,
      },
      resolved: metrics?.resolved,
    },
    around: (answer) => async (request, env) => {
      const answered = () => Promise.resolve(answer(request, env))
      const ended = metrics?.began()
      try {
        const response = await (tracing ? tracing.around(request, answered) : answered())
        if (metrics) followStream(response, env, metrics.streamBegan)
        return response
      } finally {
        ended?.()
      }
    },
    metricsAddress: listener?.address,
    stop: async () => {
      await Promise.all([listener?.stop(), tracing?.stop()])
    },
  }
}

/** Tells of an answer that goes on as a stream of events, until its connection is closed. */
const followStream = (response: Response, env: unknown, began: Metrics['streamBegan']): void => {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return
  const outgoing = typeof env === 'object' && env && 'outgoing' in env ? env.outgoing : undefined
  if (outgoing instanceof EventEmitter) outgoing.once('close', began())
}

const loadMetrics = async (...about: Parameters<typeof import('./metrics.ts').createMetrics>): Promise<Metrics> =>
  (await import('./metrics.ts')).createMetrics(...about)

const loadListener = async (...about: Parameters<typeof import('./metrics-server.ts').startMetricsServer>) =>
  (await import('./metrics-server.ts')).startMetricsServer(...about)

const loadTracing = async (...about: Parameters<typeof import('./tracing.ts').startTracing>): Promise<Tracing> =>
  (await import('./tracing.ts')).startTracing(...about)

const vitals = async (db: Kysely<Schema>, database: Config['database']) =>
  (await import('./database-statistics.ts')).readDatabaseStatistics(db, database)
