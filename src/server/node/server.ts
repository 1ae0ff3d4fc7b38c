import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'
import { Hono } from 'hono'
import { pino } from 'pino'
import { createApp } from '#server/app.ts'
import { authenticator } from '#server/authenticate.ts'
import type { Deps } from '#server/deps.ts'
import { checkHost } from '#server/http/guards.ts'
import { sessionSecret } from '#server/store/installation.ts'
import { openStore } from '#server/store/sql.ts'
import { consoleAssets } from './assets.ts'
import { addressOf, type Config, hostCheck } from './config.ts'
import { openDatabase, peekKeyCheck } from './databases.ts'
import { nodeSha256 } from './digest.ts'
import { createIdentity } from './identity.ts'
import { masterKeySource, openVault } from './master-key.ts'
import { startSweep } from './sweep.ts'
import { startWatching } from './watching/watch.ts'

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

  const { db, kind } = openDatabase(config.database)
  const now = () => Date.now()
  const letGo = async (error: unknown): Promise<never> => {
    await db.destroy()
    throw error
  }
  const { keepVersions, trashDays } = config
  const options = { vault, now, sha256: nodeSha256, keepVersions, trashDays }
  const opened = await openStore(db, kind, options).catch(letGo)
  const watching = await startWatching(config, { store: opened, log: logTo(log), now, db, kind }).catch(letGo)
  const { store, log: logger, resolved } = watching
  const identity = createIdentity(db, kind, { secret: await sessionSecret(db, vault), publicUrl: config.publicUrl })
  const setupToken = config.setupToken ?? (await vault.derive('setup token'))

  const stopSweep = startSweep({ store, now, log: logger })

  const app = new Hono()
  const acceptsHost = hostCheck(config)
  app.route(
    '/',
    createApp({
      store,
      vault,
      identity,
      authenticate: authenticator({ store, identity, sha256: nodeSha256, now, afterArrivals: setImmediate }),
      sha256: nodeSha256,
      setupToken,
      now,
      trashDays,
      publicUrl: config.publicUrl,
      acceptsHost,
      afterArrivals: setImmediate,
      clientAddress: (env) => getConnInfo({ env } as Context).remote.address ?? 'unknown',
      log: logger,
      resolved,
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
  const address = addressOf(config, (server.address() as AddressInfo).port)
  return {
    address,
    setupLink: (await store.isSetUp()) ? undefined : `${address}/setup#token=${setupToken}`,
    metricsAddress: watching.metricsAddress,
    stop: async () => {
      await new Promise<void>((done) => {
        server.close(() => done())
        if ('closeIdleConnections' in server) server.closeIdleConnections()
        setTimeout(done, drainTime).unref()
      })
      await stopSweep()
      await watching.stop()
      await store.close()
    },
  }
}

/** Writes the log as JSON lines. An error's own fields stay out: a driver's may quote what was being stored. */
const logTo = (fd: number): Deps['log'] => {
  const log = pino(
    { base: null, serializers: { err: ({ name, message, stack, code }) => ({ name, code, message, stack }) } },
    pino.destination({ fd, sync: false }),
  )
  return {
    request: (entry) => log.info(entry, 'request'),
    error: (err, entry) => log.error({ ...entry, err }, 'unexpected error'),
  }
}
