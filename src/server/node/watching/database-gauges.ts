import { Gauge, type Registry } from 'prom-client'
import type { DatabaseStatistics } from './database-statistics.ts'

type About = {
  now(): number
  vitals(): Promise<DatabaseStatistics>
  /** How long a reading is cached, in milliseconds. */
  cacheFor?: number
}

const day = 86_400_000
/** Several scrapers may ask often. */
const defaultCacheTime = 5000
/**
 * In milliseconds. Scrapers usually time out after ten seconds, and the other metrics must not wait for the database.
 */
const timeout = 2000

/**
 * Registers the gauges of the database. Returns a function that updates them. While the database does not answer, only
 * `gradient_database_up` is left: an old number would look like a current one.
 */
export const databaseGauges = (
  registers: Registry[],
  { now, vitals, cacheFor = defaultCacheTime }: About,
): (() => Promise<void>) => {
  const gauge = (name: string, help: string) => new Gauge({ name, help, labelNames: [], registers })
  const up = gauge('gradient_database_up', '1 while the database answers, else 0.')
  const records = gauge('gradient_audit_records', 'Records of all audit trails. It only grows.')
  const secrets = gauge('gradient_secrets', 'Stored secrets.')
  const bytes = gauge('gradient_database_size_bytes', 'Size of the database.')
  const free = gauge('gradient_database_disk_free_bytes', 'Space that is left for the file of SQLite.')
  const newest = gauge('gradient_data_key_newest_age_days', 'Age of the data key that was made last.')
  const oldest = gauge(
    'gradient_data_key_oldest_age_days',
    'Age of the oldest data key that new values are sealed with.',
  )
  const migration = new Gauge({
    name: 'gradient_database_migration_info',
    help: 'Always 1; the newest migration that the database has had.',
    labelNames: ['migration'],
    registers,
  })
  const expiring = new Gauge({
    name: 'gradient_api_keys_expiring',
    help: 'API keys that expire within so many days and were not renewed.',
    labelNames: ['within_days'],
    registers,
  })
  const known = { records, secrets, bytes, free, newest, oldest }
  for (const each of Object.values(known)) each.remove()

  const show = (values: Partial<Record<keyof typeof known, number | undefined>>) => {
    for (const [name, each] of Object.entries(known)) {
      const value = values[name as keyof typeof known]
      if (value === undefined) each.remove()
      else each.set(value)
    }
  }
  const read = async () => {
    const found = await withTimeout(vitals()).catch(() => undefined)
    up.set(found ? 1 : 0)
    migration.reset()
    expiring.reset()
    if (!found) return show({})
    const { auditRecords, dataKeys, diskFree } = found
    migration.set({ migration: found.migration }, 1)
    for (const [days, count] of found.expiringKeys) expiring.set({ within_days: String(days) }, count)
    const age = (at: number | undefined) => (at === undefined ? undefined : (now() - at) / day)
    show({
      records: auditRecords,
      secrets: found.secrets,
      bytes: found.bytes,
      free: diskFree,
      newest: age(dataKeys?.newest),
      oldest: age(dataKeys?.oldest),
    })
  }

  let reading: Promise<void> | undefined
  let readAt = Number.NEGATIVE_INFINITY
  return () => {
    if (!reading && performance.now() - readAt < cacheFor) return Promise.resolve()
    reading ??= read().finally(() => {
      reading = undefined
      readAt = performance.now()
    })
    return reading
  }
}

const withTimeout = <T>(promise: Promise<T>): Promise<T> => {
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error('The database does not answer.')), timeout)
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}
