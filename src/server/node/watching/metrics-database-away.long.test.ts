import { describe, expect, it } from 'vitest'
import { metricValue, scrape } from '#server/testing/fakes/scrape-metrics.ts'
import { startPostgres } from '#server/testing/postgres/embedded-postgres.ts'
import { startServerProcess } from '#server/testing/processes/server-process.ts'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'
import { firstAccount } from '#server/testing/processes/test-server.ts'

const on = { METRICS_PORT: '0' }

describe('while the database is unavailable', () => {
  it('a scrape reports it, shows no old numbers, and has the other metrics', async () => {
    const postgres = await startPostgres()
    let running = true
    try {
      const settings = { ...on, DATABASE_URL: await postgres.database('watched'), SETUP_TOKEN: firstAccount.token }
      const server = startServerProcess({ ...settings, DATA_DIR: newTemporaryFolder() })
      await server.request('POST', '/v1/setup', firstAccount)
      await postgres.stop()
      running = false
      const { series } = await scrape(/Metrics are at (\S+)/.exec(server.stdout())?.[1])
      expect(metricValue(series, 'gradient_database_up')).toBe(0)
      expect(metricValue(series, 'gradient_audit_records')).toBeUndefined()
      expect(metricValue(series, 'gradient_database_size_bytes')).toBeUndefined()
      expect(series.some(({ name }) => name === 'gradient_database_migration_info')).toBe(false)
      expect(metricValue(series, 'gradient_store_duration_seconds_count', { operation: 'setUp' })).toBe(1)
    } finally {
      if (running) await postgres.stop()
    }
  })
})
