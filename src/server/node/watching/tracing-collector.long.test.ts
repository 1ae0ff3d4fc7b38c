import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startFakeCollector } from '#server/testing/fakes/fake-otlp-collector.ts'
import { sendTraffic } from '#server/testing/processes/send-traffic.ts'
import { startServerProcess } from '#server/testing/processes/server-process.ts'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'
import { firstAccount } from '#server/testing/processes/test-server.ts'

const json = { OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }

const startAlone = (settings: Record<string, string>) =>
  startServerProcess({ DATA_DIR: join(newTemporaryFolder(), 'data'), SETUP_TOKEN: firstAccount.token, ...settings })

describe('a collector', () => {
  it('that is unavailable fails no request, delays no stop, and is logged once', async () => {
    const away = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', OTEL_BSP_SCHEDULE_DELAY: '1' }
    const server = startAlone({ ...json, ...away, OTEL_EXPORTER_OTLP_TIMEOUT: '200' })
    await sendTraffic(server.request)
    const loggedFailures = () => server.stderr().match(/"message":"Traces could not be sent/g)?.length ?? 0
    await expect.poll(loggedFailures).toBe(1)
    for (let asked = 0; asked < 20; asked++) {
      expect((await server.request('GET', '/v1/openapi.json')).status).toBe(200)
    }
    server.kill('SIGTERM')
    expect(await server.ended).toBe(0)
    expect(loggedFailures()).toBe(1)
  })

  it('that never answers delays no stop', async () => {
    const collector = await startFakeCollector({ hangs: true })
    const patient = { OTEL_EXPORTER_OTLP_TIMEOUT: '600000', OTEL_BSP_EXPORT_TIMEOUT: '600000' }
    const server = startAlone({ ...json, ...patient, OTEL_EXPORTER_OTLP_ENDPOINT: collector.address })
    await sendTraffic(server.request)
    server.kill('SIGTERM')
    expect(await server.ended).toBe(0)
    expect(collector.exports.length).toBeGreaterThan(0)
  })
})
