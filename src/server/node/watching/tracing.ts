import { AsyncLocalStorage } from 'node:async_hooks'
import {
  type Context,
  defaultTextMapGetter,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { setGlobalErrorHandler, W3CTraceContextPropagator } from '@opentelemetry/core'
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
  serviceInstanceIdDetector,
} from '@opentelemetry/resources'
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import type { RequestLog } from '#server/deps.ts'
import { isApiPath } from '#server/http/route-table.ts'
import type { DatabaseKind } from '#server/store/db/schema.ts'
import type { StoreCall } from './instrument-store.ts'
import type { TracingSettings } from './tracing-settings.ts'

export type Tracing = {
  /** Answers a request within its span. */
  around(request: Request, answer: () => Promise<Response>): Promise<Response>
  /** Names the span of the current request. */
  request(entry: RequestLog): void
  storeCall(call: StoreCall): void
  /** Exports the remaining spans, within a short time limit. */
  stop(): Promise<void>
}

type About = { version: string; database: DatabaseKind; logError(error: unknown): void }

/** In milliseconds. Shorter than the time limit of a stop, so that an unavailable collector does not delay it. */
const flushTimeout = 3000
/** Minimum time in milliseconds between two log lines about an unavailable collector. */
const logInterval = 60_000

/**
 * Exports traces as the standard variables say. Registers nothing globally: libraries would then create spans with
 * addresses and identifiers.
 */
export const startTracing = async (
  settings: TracingSettings,
  { version, database, logError }: About,
): Promise<Tracing> => {
  logExportFailures(logError)
  const processor = new BatchSpanProcessor({ exporter: await newExporter(settings.protocol), ...settings.batches })
  const own = { 'service.name': 'gradient-secrets', 'service.version': version }
  const provider = new TracerProvider({
    // The variables override the product's own attributes.
    resource: defaultResource()
      .merge(resourceFromAttributes(own))
      .merge(detectResources({ detectors: [serviceInstanceIdDetector, envDetector] })),
    sampler: samplerOf(settings.sampler),
    spanProcessors: [processor],
  })
  const tracer = provider.getTracer('gradient-secrets', version)
  const propagator = new W3CTraceContextPropagator()
  const current = new AsyncLocalStorage<{ span: Span; context: Context }>()
  const system = database === 'sqlite' ? 'sqlite' : 'postgresql'

  return {
    around: ({ method, headers, url }, answer) => {
      // Spans of probes and of the console's files would only hide the others.
      if (!isApiPath(new URL(url).pathname)) return answer()
      const caller = { traceparent: headers.get('traceparent') ?? '', tracestate: headers.get('tracestate') ?? '' }
      const from = caller.traceparent ? propagator.extract(ROOT_CONTEXT, caller, defaultTextMapGetter) : ROOT_CONTEXT
      const span = tracer.startSpan(
        method,
        { kind: SpanKind.SERVER, attributes: { 'http.request.method': method } },
        from,
      )
      return current.run({ span, context: trace.setSpan(from, span) }, () =>
        answer().then(
          (response) => {
            span.setAttribute('http.response.status_code', response.status)
            if (response.status >= 500) markFailed(span, `${response.status}`)
            span.end()
            return response
          },
          (error: unknown) => {
            markFailed(span, error instanceof Error ? error.name : 'unknown')
            span.end()
            throw error
          },
        ),
      )
    },
    request: ({ method, route }) => {
      const { span } = current.getStore() ?? {}
      if (!span || route === 'none') return
      span.updateName(`${method} ${route}`)
      span.setAttribute('http.route', route)
    },
    storeCall: ({ operation, start, end, outcome, error }) => {
      const request = current.getStore()
      // Background work, such as deleting expired rows, belongs to no request.
      if (!request) return
      const span = tracer.startSpan(
        operation,
        {
          kind: SpanKind.CLIENT,
          startTime: performance.timeOrigin + start,
          attributes: { 'db.system.name': system, 'db.operation.name': operation },
        },
        request.context,
      )
      if (outcome === 'failed') markFailed(span, error ?? 'unknown')
      else if (error) span.setAttribute('error.type', error)
      span.end(performance.timeOrigin + end)
    },
    stop: async () => {
      const { promise: late, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, flushTimeout)
      await Promise.race([provider.shutdown().catch(() => undefined), late])
      clearTimeout(timer)
    },
  }
}

/** Records the error's type only: a message may quote data of the request. */
const markFailed = (span: Span, type: string): void => {
  span.setAttribute('error.type', type)
  span.setStatus({ code: SpanStatusCode.ERROR })
}

const newExporter = async (protocol: TracingSettings['protocol']) => {
  const { OTLPTraceExporter } =
    protocol === 'http/json'
      ? await import('@opentelemetry/exporter-trace-otlp-http')
      : await import('@opentelemetry/exporter-trace-otlp-proto')
  return new OTLPTraceExporter()
}

const samplerOf = ({ kind, ratio }: TracingSettings['sampler']): Sampler => {
  const root = kind.endsWith('traceidratio')
    ? new TraceIdRatioBasedSampler(ratio)
    : kind.endsWith('always_off')
      ? new AlwaysOffSampler()
      : new AlwaysOnSampler()
  return kind.startsWith('parentbased_') ? new ParentBasedSampler({ root }) : root
}

/** Limits the log lines about failed exports: the library reports each batch. */
const logExportFailures = (logError: (error: unknown) => void): void => {
  let loggedAt = Number.NEGATIVE_INFINITY
  setGlobalErrorHandler(() => {
    if (performance.now() - loggedAt < logInterval) return
    loggedAt = performance.now()
    // The original error may quote the collector's answer.
    logError(new Error('Traces could not be sent. Look at OTEL_EXPORTER_OTLP_ENDPOINT and the collector there.'))
  })
}
