import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import * as z from 'zod'
import { cleanUp } from '#server/testing/clean-up.ts'

const attribute = z.object({
  key: z.string(),
  value: z.object({ stringValue: z.string().optional(), intValue: z.union([z.string(), z.number()]).optional() }),
})
const span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.number(),
  startTimeUnixNano: z.string(),
  endTimeUnixNano: z.string(),
  attributes: z.array(attribute).default([]),
  events: z.array(z.unknown()).default([]),
  status: z.object({ code: z.number().optional(), message: z.string().optional() }).default({}),
})
const exported = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(attribute) }),
      scopeSpans: z.array(z.object({ spans: z.array(span) })),
    }),
  ),
})

export type ReceivedSpan = Omit<z.infer<typeof span>, 'attributes'> & { attributes: Record<string, string | number> }

export type Collector = {
  address: string
  /** The exports so far: path, content type and decompressed bytes of each. */
  exports: { path: string; type: string; bytes: Buffer }[]
  /** Returns the spans that arrived as JSON. */
  spans(): ReceivedSpan[]
  /** Returns the resource attributes of the spans. */
  resource(): Record<string, string | number>
}

/** Starts an OTLP trace collector over HTTP. With `hangs`, it accepts requests and never answers. */
export const startFakeCollector = async ({ hangs = false } = {}): Promise<Collector> => {
  const exports: Collector['exports'] = []
  const server = createServer(async (request, response) => {
    const sent = await buffer(request)
    const bytes = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent
    exports.push({ path: request.url ?? '', type: request.headers['content-type'] ?? '', bytes })
    if (!hangs) response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanUp(() => {
    server.closeAllConnections()
    server.close()
  })
  const resources = () => exports.flatMap(({ bytes }) => exported.parse(JSON.parse(bytes.toString())).resourceSpans)
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    exports,
    spans: () =>
      resources()
        .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
        .map((each) => ({ ...each, attributes: plain(each.attributes) })),
    resource: () => plain(resources()[0]?.resource.attributes ?? []),
  }
}

const plain = (attributes: z.infer<typeof attribute>[]): Record<string, string | number> =>
  Object.fromEntries(
    attributes.map(({ key, value }) => [key, value.stringValue ?? (Number(value.intValue) || String(value.intValue))]),
  )
