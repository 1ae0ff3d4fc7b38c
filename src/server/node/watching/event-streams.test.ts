import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { serve } from '@hono/node-server'
import { expect, it } from 'vitest'
import { openDatabase } from '#server/node/database/open-database.ts'
import { openTestApp } from '#server/testing/app/test-app.ts'
import { cleanUp } from '#server/testing/clean-up.ts'
import { metricValue, scrape } from '#server/testing/fakes/scrape-metrics.ts'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'
import { startTelemetry } from './start-telemetry.ts'

it('a stream of events counts as an open stream until its connection closes, and no longer as a request', async () => {
  const database = { kind: 'sqlite' as const, path: join(newTemporaryFolder(), 'secrets.db') }
  const { deps } = await openTestApp({ location: database })
  const { db, kind } = openDatabase(database)
  cleanUp(() => db.destroy())
  const settings = { metrics: { host: '127.0.0.1', port: 0 }, tracing: undefined, database }
  const watching = await startTelemetry(settings, { ...deps, db, kind })
  cleanUp(() => watching.stop())
  const endless = () =>
    new Response(
      new ReadableStream({ start: (controller) => controller.enqueue(new TextEncoder().encode(': here\n')) }),
      {
        headers: { 'content-type': 'text/event-stream' },
      },
    )
  const server = serve({ fetch: watching.around<unknown>(endless), port: 0, hostname: '127.0.0.1' })
  await once(server, 'listening')
  cleanUp(() => server.close())
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('It does not listen.')

  const measured = async () => {
    const { series } = await scrape(watching.metricsAddress)
    return [metricValue(series, 'gradient_event_streams_open'), metricValue(series, 'gradient_http_requests_in_flight')]
  }
  const socket = connect(address.port, '127.0.0.1')
  socket.write('GET /v1/events HTTP/1.1\r\nhost: localhost\r\n\r\n')
  await once(socket, 'data')
  expect(await measured()).toEqual([1, 0])
  socket.destroy()
  await expect.poll(measured).toEqual([0, 0])
})
