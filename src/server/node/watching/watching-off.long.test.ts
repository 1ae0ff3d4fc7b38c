import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import * as z from 'zod'
import { openDatabase } from '#server/node/database/open-database.ts'
import { openTestApp } from '#server/testing/app/test-app.ts'
import { cleanUp } from '#server/testing/clean-up.ts'
import { sendTraffic } from '#server/testing/processes/send-traffic.ts'
import { startServerProcess } from '#server/testing/processes/server-process.ts'
import { newTemporaryFolder } from '#server/testing/processes/temporary-folder.ts'
import { firstAccount } from '#server/testing/processes/test-server.ts'
import { startTelemetry } from './start-telemetry.ts'

// Real servers take a while to start and stop.
vi.setConfig({ testTimeout: 60_000 })

const coverage = z.object({ result: z.array(z.object({ url: z.string() })) })

/** Returns the modules that a server has loaded by its end, as Node's coverage lists them. */
const loadedBy = async (settings: Record<string, string>): Promise<string[]> => {
  const folder = newTemporaryFolder()
  const written = join(folder, 'coverage')
  const server = startServerProcess({
    DATA_DIR: join(folder, 'data'),
    SETUP_TOKEN: firstAccount.token,
    NODE_V8_COVERAGE: written,
    ...settings,
  })
  await sendTraffic(server.request)
  server.kill('SIGTERM')
  expect(await server.ended).toBe(0)
  const files = readdirSync(written).map((file) =>
    coverage.parse(JSON.parse(readFileSync(join(written, file), 'utf8'))),
  )
  return files.flatMap(({ result }) => result.map(({ url }) => url))
}

const libraries = /node_modules\/(prom-client|@opentelemetry\/(sdk|core|resources|exporter|otlp))/
const ours = /watching\/(metrics|database-|tracing\.ts|instrument-store)/

describe('telemetry', () => {
  it('passes everything through while no setting asks for it, so that requests have no overhead', async () => {
    const database = { kind: 'sqlite' as const, path: join(newTemporaryFolder(), 'secrets.db') }
    const { deps } = await openTestApp({ location: database })
    const { db, kind } = openDatabase(database)
    cleanUp(() => db.destroy())
    const settings = { metrics: undefined, tracing: undefined, database }
    const watching = await startTelemetry(settings, { ...deps, db, kind })
    const answer = () => new Response()
    expect(watching.around<unknown>(answer)).toBe(answer)
    expect(watching.deps.store).toBe(deps.store)
    expect(watching.deps.log).toBe(deps.log)
    expect(watching.deps.countResolved).toBeUndefined()
  })

  it('is not loaded while no setting asks for it', async () => {
    const loaded = await loadedBy({})
    expect(loaded.some((url) => url.includes('watching/start-telemetry.ts'))).toBe(true)
    expect(loaded.filter((url) => libraries.test(url) || ours.test(url))).toEqual([])
  })

  it('loads only what the settings ask for', async () => {
    const loaded = await loadedBy({ METRICS_PORT: '0' })
    expect(loaded.some((url) => url.includes('node_modules/prom-client'))).toBe(true)
    expect(loaded.some((url) => url.includes('@opentelemetry/sdk'))).toBe(false)
  })
})
