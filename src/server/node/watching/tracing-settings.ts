/** How requests are traced. The exporter reads other settings, such as the endpoint, by itself. */
export type TracingSettings = {
  protocol: 'http/protobuf' | 'http/json'
  sampler: { kind: Sampler; ratio: number }
  /** The limits of the export queue; the library has defaults. */
  batches: {
    scheduledDelayMillis?: number
    exportTimeoutMillis?: number
    maxQueueSize?: number
    maxExportBatchSize?: number
  }
}

const samplers = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const
export type Sampler = (typeof samplers)[number]

const protocols = ['http/protobuf', 'http/json'] as const
const isUrl = (text: string) => /^https?:$/.test(URL.parse(text)?.protocol ?? '')

type Environment = Record<string, string | undefined>
/** Throws with a message that names a variable and never shows its value. */
type Refuse = (message: string) => never

/**
 * Reads OpenTelemetry's standard variables; returns `undefined` when they ask for no traces. Rejects settings that the
 * server does not support: without an error, missing traces would look like missing requests.
 */
export const parseTracingSettings = (environment: Environment, refuse: Refuse): TracingSettings | undefined => {
  const read = (name: string) => environment[name]?.trim() || undefined
  /** Trace settings override the general ones. */
  const traceVariable = (name: string): { name: string; value: string } | undefined => {
    for (const variable of [`OTEL_EXPORTER_OTLP_TRACES_${name}`, `OTEL_EXPORTER_OTLP_${name}`]) {
      const value = read(variable)
      if (value) return { name: variable, value }
    }
    return undefined
  }
  if (read('OTEL_SDK_DISABLED')?.toLowerCase() === 'true') return undefined
  const endpoint = traceVariable('ENDPOINT')
  const exporter = read('OTEL_TRACES_EXPORTER')
  if (exporter === 'none' || (!exporter && !endpoint)) return undefined
  if (exporter && exporter !== 'otlp') return refuse('OTEL_TRACES_EXPORTER must be otlp or none.')
  if (endpoint && !isUrl(endpoint.value)) {
    return refuse(`${endpoint.name} must be an address like http://127.0.0.1:4318.`)
  }
  const protocolVariable = traceVariable('PROTOCOL')
  const protocol = protocols.find((known) => known === (protocolVariable?.value ?? 'http/protobuf'))
  if (!protocol) return refuse(`${protocolVariable?.name} must be ${protocols.join(' or ')}. gRPC is not spoken here.`)
  const samplerName = read('OTEL_TRACES_SAMPLER') ?? 'parentbased_always_on'
  const kind = samplers.find((known) => known === samplerName)
  if (!kind) return refuse(`OTEL_TRACES_SAMPLER must be one of ${samplers.join(', ')}.`)
  const ratio = Number(read('OTEL_TRACES_SAMPLER_ARG') ?? 1)
  if (!(ratio >= 0 && ratio <= 1)) return refuse('OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1.')
  return { protocol, sampler: { kind, ratio }, batches: batchSettings(read, refuse) }
}

const batchVariables = {
  scheduledDelayMillis: 'OTEL_BSP_SCHEDULE_DELAY',
  exportTimeoutMillis: 'OTEL_BSP_EXPORT_TIMEOUT',
  maxQueueSize: 'OTEL_BSP_MAX_QUEUE_SIZE',
  maxExportBatchSize: 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE',
} as const

const batchSettings = (read: (name: string) => string | undefined, refuse: Refuse): TracingSettings['batches'] => {
  const settings = Object.entries(batchVariables).flatMap(([option, variable]) => {
    const text = read(variable)
    if (text === undefined) return []
    const number = Number(text)
    if (!Number.isSafeInteger(number) || number < 1) return refuse(`${variable} must be a whole number above 0.`)
    return [[option, number]]
  })
  return Object.fromEntries(settings)
}
