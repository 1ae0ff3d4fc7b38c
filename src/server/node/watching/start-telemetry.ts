import { EventEmitter } from 'node:events'
import type { Kysely } from 'kysely'
import type { Deps } from '#server/deps.ts'
import type { Config } from '#server/node/config.ts'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import type { Metrics } from './metrics.ts'
import type { Tracing } from './tracing.ts'

/** Instrumented dependencies, and a function that stops the telemetry. */
type Telemetry = {
  deps: Pick<Deps, 'store' | 'log' | 'countResolved'>
  /** Instruments the function that answers requests. */
  around<Env>(answer: Answer<Env>): Answer<Env>
  /** The address of the metrics, if they are served. */
  metricsAddress: string | undefined
  stop(): Promise<void>
}

type Answer<Env> = (request: Request, env: Env) => Response | Promise<Response>

type Instrumented = Pick<Deps, 'store' | 'log' | 'now' | 'version'> & { db: Kysely<Schema>; kind: DatabaseKind }

/**
 * Starts metrics and traces as the settings ask. Without these settings nothing is loaded, and requests have no
 * overhead.
 */
export const startTelemetry = async (
  { metrics: metricsSettings, tracing: tracingSettings, database }: Pick<Config, 'metrics' | 'tracing' | 'database'>,
  { store, log, now, version, db, kind }: Instrumented,
): Promise<Telemetry> => {
  if (!metricsSettings && !tracingSettings) {
    return { deps: { store, log }, around: (answer) => answer, metricsAddress: undefined, stop: async () => undefined }
  }
  const { instrumentStore } = await import('./instrument-store.ts')
  const metrics =
    metricsSettings && (await loadMetrics({ version, database: kind, now, vitals: () => readStatistics(db, database) }))
  const listener = metricsSettings && metrics && (await loadListener(metricsSettings, metrics))
  const logError = (error: unknown) => log.error(error, { requestId: 'traces' })
  const tracing = tracingSettings && (await loadTracing(tracingSettings, { version, database: kind, logError }))

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
      countResolved: metrics?.countResolved,
    },
    around: (answer) => async (request, env) => {
      const answerOnce = () => Promise.resolve(answer(request, env))
      const requestEnded = metrics?.requestStarted()
      try {
        const response = await (tracing ? tracing.around(request, answerOnce) : answerOnce())
        if (metrics) countOpenStream(response, env, metrics.streamOpened)
        return response
      } finally {
        requestEnded?.()
      }
    },
    metricsAddress: listener?.address,
    stop: async () => {
      await Promise.all([listener?.stop(), tracing?.stop()])
    },
  }
}

/** Counts a stream of events as open until its connection closes. */
const countOpenStream = (response: Response, env: unknown, streamOpened: Metrics['streamOpened']): void => {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) return
  const outgoing = typeof env === 'object' && env && 'outgoing' in env ? env.outgoing : undefined
  if (outgoing instanceof EventEmitter) outgoing.once('close', streamOpened())
}

const loadMetrics = async (...about: Parameters<typeof import('./metrics.ts').createMetrics>): Promise<Metrics> =>
  (await import('./metrics.ts')).createMetrics(...about)

const loadListener = async (...about: Parameters<typeof import('./metrics-server.ts').startMetricsServer>) =>
  (await import('./metrics-server.ts')).startMetricsServer(...about)

const loadTracing = async (...about: Parameters<typeof import('./tracing.ts').startTracing>): Promise<Tracing> =>
  (await import('./tracing.ts')).startTracing(...about)

const readStatistics = async (db: Kysely<Schema>, database: Config['database']) =>
  (await import('./database-statistics.ts')).readDatabaseStatistics(db, database, Date.now())
