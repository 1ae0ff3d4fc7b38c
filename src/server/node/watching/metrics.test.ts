import { request } from 'node:http'
import { describe, expect, it, vi } from 'vitest'
import { parseConfig } from '#server/node/config.ts'
import { startServer } from '#server/node/server.ts'
import { metricValue, scrape } from '#server/testing/fakes/scrape-metrics.ts'
import { findLeaks } from '#server/testing/find-leaks.ts'
import { newPostgresDatabase } from '#server/testing/postgres/new-postgres-database.ts'
import { sendTraffic } from '#server/testing/processes/send-traffic.ts'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'
import { startTestServer } from '#server/testing/processes/test-server.ts'

// Real servers take a while to start and stop.
vi.setConfig({ testTimeout: 60_000 })

const on = { METRICS_PORT: '0' }

describe.each(['sqlite', 'postgres'] as const)('the metrics of a server on %s', (kind) => {
  const settings = async (): Promise<Record<string, string>> =>
    kind === 'sqlite' ? on : { ...on, DATABASE_URL: await newPostgresDatabase() }

  it('count requests by route pattern, refusals by code, store calls, and resolved secrets', async () => {
    const server = await startTestServer(await settings())
    await sendTraffic(server.request)
    const { series } = await scrape(server.metricsAddress)
    const requests = (route: string, method: string, status: string) =>
      metricValue(series, 'gradient_http_request_duration_seconds_count', { route, method, status })
    const refusals = (route: string, method: string, code: string) =>
      metricValue(series, 'gradient_refusals_total', { route, method, code })
    const calls = (operation: string, outcome: string) =>
      metricValue(series, 'gradient_store_duration_seconds_count', { operation, outcome })

    expect(requests('/v1/projects/:id/secrets', 'POST', '2xx')).toBe(1)
    expect(requests('/v1/projects/:id/secrets', 'POST', '4xx')).toBe(1)
    expect(requests('/v1/projects/:id/secrets/:name', 'PUT', '2xx')).toBe(1)
    expect(requests('/v1/projects/:id/secrets/:name', 'PUT', '4xx')).toBe(1)
    expect(refusals('/v1/session', 'POST', 'UNAUTHORIZED')).toBe(1)
    expect(refusals('/v1/projects', 'GET', 'UNAUTHORIZED')).toBe(1)
    expect(refusals('/v1/projects/:id/secrets', 'POST', 'CONFLICT')).toBe(1)
    expect(refusals('/v1/projects/:id/secrets/:name', 'PUT', 'PRECONDITION_FAILED')).toBe(1)
    expect(refusals('/v1/projects/:id/secrets/:name', 'GET', 'NOT_FOUND')).toBe(1)
    expect(refusals('none', 'GET', 'NOT_FOUND')).toBe(1)
    expect(calls('writeSecret', 'ok')).toBe(2)
    expect(calls('writeSecret', 'refused')).toBe(2)
    expect(calls('recordAll', 'ok')).toBeGreaterThan(0)
    expect(metricValue(series, 'gradient_resolves_total')).toBe(1)
    expect(metricValue(series, 'gradient_resolved_secrets_total')).toBe(1)
    expect(metricValue(series, 'gradient_http_requests_in_flight')).toBe(0)
  })

  it("report the audit trail's length, the age of data keys and the size of the database", async () => {
    const server = await startTestServer(await settings())
    await sendTraffic(server.request)
    const { series } = await scrape(server.metricsAddress)
    expect(metricValue(series, 'gradient_database_up')).toBe(1)
    expect(metricValue(series, 'gradient_audit_records')).toBeGreaterThan(4)
    expect(metricValue(series, 'gradient_secrets')).toBe(1)
    for (const which of ['newest', 'oldest']) {
      const days = metricValue(series, `gradient_data_key_${which}_age_days`)
      expect(days).toBeGreaterThan(0)
      expect(days).toBeLessThan(1)
    }
    expect(metricValue(series, 'gradient_database_size_bytes')).toBeGreaterThan(10_000)
    expect(metricValue(series, 'gradient_database_disk_free_bytes') !== undefined).toBe(kind === 'sqlite')
    const [migration] = series.filter(({ name }) => name === 'gradient_database_migration_info')
    expect(migration?.labels.migration).toMatch(/^\d{4}-/)
    expect(metricValue(series, 'gradient_build_info', { database: kind })).toBe(1)
    expect(metricValue(series, 'process_resident_memory_bytes')).toBeGreaterThan(0)
  })

  it('contain no id, name, value, password, key or address of a person', async () => {
    const server = await startTestServer(await settings())
    const canaries = await sendTraffic(server.request)
    const { text } = await scrape(server.metricsAddress)
    expect(text).toContain('/v1/projects/:id/secrets/:name')
    expect(canaries.length).toBeGreaterThan(10)
    expect(findLeaks(text, canaries)).toEqual([])
  })

  it('have a bounded number of labels, whatever is requested', async () => {
    const server = await startTestServer(await settings())
    const ask = async (round: string) => {
      for (const method of ['GET', 'PROPFIND', 'LOCK', 'OPTIONS'])
        await server.request(method, `/v1/${round}/${method}`)
      const { series } = await scrape(server.metricsAddress)
      return series.filter(({ name }) => name.startsWith('gradient_http_request_duration')).length
    }
    const before = await ask('one')
    expect(await ask('two')).toBe(before)
  })
})

describe('without METRICS_PORT', () => {
  it('no metrics are served', async () => {
    const server = await startTestServer()
    expect(server.metricsAddress).toBeUndefined()
    expect((await server.request('GET', '/metrics')).status).toBe(404)
  })
})

describe('the metrics port', () => {
  it('is separate from the public port, which serves no metrics', async () => {
    const server = await startTestServer(on)
    expect(new URL(String(server.metricsAddress)).host).not.toBe(new URL(server.address).host)
    expect((await server.request('GET', '/metrics')).status).toBe(404)
  })

  it('serves only GET /metrics, and only for its own hosts', async () => {
    const address = new URL(String((await startTestServer(on)).metricsAddress))
    expect(address.hostname).toBe('127.0.0.1')
    const status = (path: string, { method = 'GET', host = address.host } = {}) =>
      new Promise<number | undefined>((tell, fail) => {
        const options = { method, headers: { host }, agent: false }
        const asked = request(new URL(path, address), options, (answer) => tell(answer.resume().statusCode))
        asked.once('error', fail).end()
      })
    expect(await status('/metrics')).toBe(200)
    expect(await status('/metrics?x=1')).toBe(200)
    expect(await status('/')).toBe(404)
    expect(await status('/v1/session')).toBe(404)
    expect(await status('/metrics', { method: 'POST' })).toBe(405)
    expect(await status('/metrics', { host: 'attacker.example' })).toBe(400)
  })

  it('stops the start when it is in use, names the setting and leaves no listener', async () => {
    const { metricsAddress } = await startTestServer(on)
    const taken = new URL(String(metricsAddress)).port
    const config = parseConfig({ PORT: '0', DATA_DIR: newTemporaryFolder(), METRICS_PORT: taken })
    await expect(startServer(config)).rejects.toThrow('METRICS_PORT is in use')
  })
})
