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
  /** Runs what answers a request inside its span. */
  around(request: Request, answer: () => Promise<Response>): Promise<Response>
  /** Names the span of the request that is being answered. */
  request(entry: RequestLog): void
  storeCall(call: StoreCall): void
  /** Sends what is still to be sent, for a moment at most. */
  stop(): Promise<void>
}

type About = { version: string; database: DatabaseKind; tell(error: unknown): void }

/** Shorter than what a stop may take: a collector that is away does not hold it up. */
const longestFlush = 3000
/** Between two lines in the log about a collector that is away. */
const quiet = 60_000

/**
 * Sends traces to where the standard variables say. Nothing is registered with OpenTelemetry for the whole process:
 * libraries that would then trace by themselves put addresses and identifiers into their spans.
 */
export const startTracing = async (settings: TracingSettings, { version, database, tell }: About): Promise<Tracing> => {
  tellSometimes(tell)
  const processor = new BatchSpanProcessor({ exporter: await newExporter(settings.protocol), ...settings.batches })
  const own = { 'service.name': 'gradient-secrets', 'service.version': version }
  const provider = new TracerProvider({
    // What the variables say of the service stands before what it says of itself.
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
      // Probes and the console's files would only cover the rest.
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
            if (response.status >= 500) failed(span, `${response.status}`)
            span.end()
            return response
          },
          (error: unknown) => {
            failed(span, error instanceof Error ? error.name : 'unknown')
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
      // What the server does by itself, such as deleting what has expired, belongs to no request.
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
      if (outcome === 'failed') failed(span, error ?? 'unknown')
      else if (error) span.setAttribute('error.type', error)
      span.end(performance.timeOrigin + end)
    },
    stop: async () => {
      const { promise: late, resolve } = Promise.withResolvers<void>()
      const timer = setTimeout(resolve, longestFlush)
      await Promise.race([provider.shutdown().catch(() => undefined), late])
      clearTimeout(timer)
    },
  }
}

/** By its kind only: a message may quote what was sent. */
const failed = (span: Span, type: string): void => {
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

/** The library tells of each batch that it could not send. */
const tellSometimes = (tell: (error: unknown) => void): void => {
  let toldAt = Number.NEGATIVE_INFINITY
  setGlobalErrorHandler(() => {
    if (performance.now() - toldAt < quiet) return
    toldAt = performance.now()
    // Its own error may quote what the collector answered.
    tell(new Error('Traces could not be sent. Look at OTEL_EXPORTER_OTLP_ENDPOINT and the collector there.'))
  })
}
