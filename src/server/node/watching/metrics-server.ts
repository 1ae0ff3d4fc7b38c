import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ConfigError, hostCheck, localOrigin, type MetricsSettings } from '#server/node/config.ts'
import type { Metrics } from './metrics.ts'

type MetricsServer = { address: string; stop(): Promise<void> }

const second = 1000

/** Serves `GET /metrics` on a port of its own, never on the public one. Throws {@link ConfigError}. */
export const startMetricsServer = async (
  { host, port }: MetricsSettings,
  metrics: Pick<Metrics, 'scrape' | 'contentType'>,
): Promise<MetricsServer> => {
  const acceptsHost = hostCheck({ publicUrl: undefined, host })
  const server = createServer({ headersTimeout: 10 * second, requestTimeout: 10 * second }, (request, response) => {
    answer(request, acceptsHost, metrics).then(
      (answered) => send(response, answered),
      () => send(response, { status: 500, text: 'The metrics could not be read.\n' }),
    )
  })
  await new Promise<void>((ready, fail) => {
    server.once('error', fail)
    server.listen(port, host, ready)
  }).catch((error: NodeJS.ErrnoException) => {
    throw new ConfigError(
      error.code === 'EADDRINUSE'
        ? 'METRICS_PORT is in use. Stop what uses it, or choose another.'
        : 'Nothing can listen at METRICS_HOST and METRICS_PORT. Name an address of this machine and a free port.',
    )
  })
  return {
    address: `${localOrigin(host, (server.address() as AddressInfo).port)}/metrics`,
    stop: () =>
      new Promise((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

type Answered = { status: number; text: string; type?: string; allow?: string }

const answer = async (
  { method, url, headers }: IncomingMessage,
  acceptsHost: (host: string) => boolean,
  metrics: Pick<Metrics, 'scrape' | 'contentType'>,
): Promise<Answered> => {
  if (!acceptsHost(headers.host ?? '')) return { status: 400, text: 'This server does not answer to that host.\n' }
  if (url?.split('?')[0] !== '/metrics') return { status: 404, text: 'There is nothing here but /metrics.\n' }
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, text: 'It takes GET.\n', allow: 'GET, HEAD' }
  return { status: 200, text: await metrics.scrape(), type: metrics.contentType }
}

const send = (response: ServerResponse, { status, text, type = 'text/plain; charset=utf-8', allow }: Answered) => {
  response.writeHead(status, {
    'content-type': type,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(allow ? { allow } : {}),
  })
  response.end(text)
}
