import type { AddressInfo } from 'node:net'
import { type HttpBindings, type ServerType, serve } from '@hono/node-server'
import { getConnInfo } from '@hono/node-server/conninfo'
import { type Context, Hono } from 'hono'
import { pino } from 'pino'
import { createApp } from '#server/app.ts'
import type { Deps } from '#server/deps.ts'
import { checkHost } from '#server/http/guards.ts'
import { authenticator } from '#server/identity/authenticate.ts'
import { migrateSlowly, openDatabase, peekKeyCheck } from '#server/node/database/open-database.ts'
import { createIdentity } from '#server/node/identity/better-auth-identity.ts'
import { masterKeySource, openVault } from '#server/node/keys/master-key.ts'
import { nodeSha256 } from '#server/node/keys/node-crypto.ts'
import { startTelemetry } from '#server/node/watching/start-telemetry.ts'
import { sessionSecret } from '#server/store/keys/installation.ts'
import { openStore } from '#server/store/open-store.ts'
import { type Config, hostCheck, publicAddress } from './config.ts'
import { consoleAssets } from './console-assets.ts'
import { startDeletingExpired } from './delete-expired.ts'
import { productVersion } from './product-version.ts'

export type RunningServer = {
  /** Where people reach it. */
  address: string
  /** The link that opens set-up, while it is open. */
  setupLink: string | undefined
  /** Where the metrics are, if they are anywhere. */
  metricsAddress: string | undefined
  /** Takes no new requests, finishes those under way, and lets go of the database. */
  stop(): Promise<void>
}

const second = 1000
/** Below the time that shutdowns are usually given before they are forced. */
const drainTime = 8 * second

/**
 * Starts a server. Everything that can be wrong with the settings or the master key is found before the first write.
 * `assets` is the folder of the built console; without it, the API is served alone. `log` is an open file for the log.
 */
export const startServer = async (
  config: Config,
  { assets, log = process.stderr.fd }: { assets?: string; log?: number } = {},
): Promise<RunningServer> => {
  const known = await peekKeyCheck(config.database)
  const vault = await openVault(masterKeySource(config.masterKey), known)

  await migrateSlowly(config.database)
  const { db, kind, changesFrom } = openDatabase(config.database)
  const now = () => Date.now()
  const { keepVersions, trashDays } = config
  const options = { vault, now, sha256: nodeSha256, changesFrom, keepVersions, trashDays }
  const store = await openStore(db, kind, options).catch(async (error) => {
    await db.destroy()
    throw error
  })
  const identity = createIdentity(db, kind, { secret: await sessionSecret(db, vault), publicUrl: config.publicUrl })
  const setupToken = config.setupToken ?? (await vault.derive('setup token'))

  const { begun, ...logger } = logTo(log)
  const watching = await startTelemetry(config, { store, log: logger, now, version: productVersion, db, kind }).catch(
    async (error) => {
      await store.close()
      throw error
    },
  )
  const stopSweep = startDeletingExpired({ store, now, log: logger })

  const stopping = new AbortController()
  const app = new Hono()
  const acceptsHost = hostCheck(config)
  app.route(
    '/',
    createApp({
      ...watching.deps,
      version: productVersion,
      vault,
      identity,
      authenticate: authenticator({
        store: watching.deps.store,
        identity,
        sha256: nodeSha256,
        now,
        afterArrivals: setImmediate,
      }),
      sha256: nodeSha256,
      setupToken,
      now,
      trashDays,
      publicUrl: config.publicUrl,
      acceptsHost,
      afterArrivals: setImmediate,
      stopping: stopping.signal,
      hangUp: (env) => (env as Partial<HttpBindings>).outgoing?.destroy(),
      clientAddress: (env) => getConnInfo({ env } as Context).remote.address ?? 'unknown',
    }),
  )
  if (assets) {
    app.use('*', (c, next) => {
      checkHost(c, { acceptsHost })
      return next()
    })
    app.onError((error, c) => c.text(`${error.message}\n`, 400))
    app.route('/', await consoleAssets(assets))
  }

  const server = await new Promise<ReturnType<typeof serve>>((ready, fail) => {
    const made = serve({
      fetch: watching.around(app.fetch),
      port: config.port,
      hostname: config.host,
      serverOptions: { headersTimeout: 10 * second, requestTimeout: 30 * second, keepAliveTimeout: 60 * second },
    })
    made.once('listening', () => ready(made))
    made.once('error', fail)
  })
  const address = publicAddress(config, (server.address() as AddressInfo).port)
  begun(vault.masterKeyId())
  return {
    address,
    setupLink: (await store.isSetUp()) ? undefined : `${address}/setup#token=${setupToken}`,
    metricsAddress: watching.metricsAddress,
    stop: async () => {
      stopping.abort()
      await closed(server)
      await stopSweep()
      await watching.stop()
      await store.close()
    },
  }
}

/** Takes no new connections, and waits for the requests under way, for a while. */
const closed = async (server: ServerType): Promise<void> => {
  // A browser would go on to use a connection that has become idle since, and by that keep it.
  const closing = setInterval(() => 'closeIdleConnections' in server && server.closeIdleConnections(), 50)
  await new Promise<void>((done) => {
    server.close(() => done())
    setTimeout(done, drainTime).unref()
  })
  clearInterval(closing)
}

/** Writes the log as JSON lines. An error's own fields stay out: a driver's may quote what was being stored. */
const logTo = (fd: number): Deps['log'] & { begun(masterKey: string): void } => {
  const log = pino(
    { base: null, serializers: { err: ({ name, message, stack, code }) => ({ name, code, message, stack }) } },
    pino.destination({ fd, sync: false }),
  )
  return {
    // By its id, which is no secret, it is seen which backups and which recovery kit go with this server.
    begun: (masterKey) => log.info({ masterKey }, 'start'),
    request: (entry) => log.info(entry, 'request'),
    error: (err, entry) => log.error({ ...entry, err }, 'unexpected error'),
    unavailable: (err, entry) => log.warn({ ...entry, err }, 'the database is away'),
  }
}
