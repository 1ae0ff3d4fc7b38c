import { Registry } from 'prom-client'
import { describe, expect, it } from 'vitest'
import { metricValue, parseScrape } from '#server/testing/fakes/scrape-metrics.ts'
import { databaseGauges } from './database-gauges.ts'
import type { DatabaseStatistics } from './database-statistics.ts'

const day = 86_400_000
const now = 1000 * day
const found: DatabaseStatistics = {
  migration: '0001-first',
  auditRecords: 7,
  secrets: 3,
  dataKeys: { newest: now - day, oldest: now - 400 * day },
  expiringKeys: new Map([
    [14, 5],
    [3, 2],
  ]),
  bytes: 4096,
  diskFree: undefined,
}

/** Creates gauges of a database whose answers the test controls. */
const gaugesOf = (answers: (() => Promise<DatabaseStatistics>)[], cacheFor: number) => {
  const registry = new Registry()
  let asked = 0
  const vitals = () => (answers[asked++] ?? (() => Promise.reject(new Error('asked too often'))))()
  const read = databaseGauges([registry], { now: () => now, vitals, cacheFor })
  return async () => {
    await read()
    return parseScrape(await registry.metrics())
  }
}

describe('the gauges of the database', () => {
  it('are removed while the database does not answer, and come back when it does', async () => {
    const answers = [async () => found, () => Promise.reject(new Error('away')), async () => found]
    const scrape = gaugesOf(answers, 0)
    const valuesOf = (series: Awaited<ReturnType<typeof scrape>>) => [
      metricValue(series, 'gradient_database_up'),
      metricValue(series, 'gradient_audit_records'),
      metricValue(series, 'gradient_data_key_oldest_age_days'),
      metricValue(series, 'gradient_database_migration_info', { migration: '0001-first' }),
      metricValue(series, 'gradient_api_keys_expiring', { within_days: '14' }),
      metricValue(series, 'gradient_api_keys_expiring', { within_days: '3' }),
    ]
    expect(valuesOf(await scrape())).toEqual([1, 7, 400, 1, 5, 2])
    expect(valuesOf(await scrape())).toEqual([0, ...Array(5).fill(undefined)])
    expect(valuesOf(await scrape())).toEqual([1, 7, 400, 1, 5, 2])
  })

  it('query the database once for scrapes that arrive together or soon after', async () => {
    const scrape = gaugesOf([async () => found], 60_000)
    const all = [...(await Promise.all([scrape(), scrape(), scrape()])), await scrape()]
    expect(all.map((series) => metricValue(series, 'gradient_database_up'))).toEqual([1, 1, 1, 1])
  })

  it('do not block a scrape when the database never answers', async () => {
    const scrape = gaugesOf([() => new Promise(() => undefined)], 0)
    expect(metricValue(await scrape(), 'gradient_database_up')).toBe(0)
  })
})
