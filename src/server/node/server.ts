import type { AddressInfo } from 'node:net'
import { type HttpBindings, type ServerType, serve } from '@hono/node-server'
import { Hono } from 'hono'
import { pino } from 'pino'
import { createApp } from '#server/app.ts'
import type { Deps } from '#server/deps.ts'
import { strictTransport } from '#server/http/reply.ts'
import { checkHost } from '#server/http/request-guards.ts'
import { authenticator } from '#server/identity/authenticate.ts'
import type { LogStatement } from '#server/node/database/around-statements.ts'
import { migrateSlowly, openDatabase, peekKeyCheck, peekSetUp } from '#server/node/database/open-database.ts'
import { createIdentity } from '#server/node/identity/better-auth-identity.ts'
import { masterKeySource, openVault } from '#server/node/keys/master-key.ts'
import { nodeSha256 } from '#server/node/keys/node-crypto.ts'
import { startTelemetry } from '#server/node/watching/start-telemetry.ts'
import { deviceCookies } from '#server/services/device-cookie.ts'
import { sessionSecret } from '#server/store/keys/installation.ts'
import { openStore } from '#server/store/open-store.ts'
import { rightsOf } from '#server/store/rights/rights.ts'
import { type Config, hostCheck, isShortToken, publicAddress, shortToken } from './config.ts'
import { consoleAssets } from './console-assets.ts'
import { startDeletingExpired } from './delete-expired.ts'
import { productVersion } from './product-version.ts'
import { clientAddressFinder } from './proxies/client-address.ts'

export type RunningServer = {
  /** The address to show to people. */
  address: string
  /** The link to set-up, while there is no account yet. */
  setupLink: string | undefined
  /** The address of the metrics, if they are served. */
  metricsAddress: string | undefined
  /** Accepts no new requests, finishes the running ones, and closes the database. */
  stop(): Promise<void>
}

const second = 1000
/** Shorter than the time that process managers usually wait before they kill a process. */
const drainTime = 8 * second

/**
 * Starts a server. Finds every problem with the settings or the master key before the first write. `assets` is the
 * folder of the built console; without it, only the API is served. `log` is the file descriptor for the log.
 */
export const startServer = async (
  config: Config,
  { assets, log = process.stderr.fd }: { assets?: string; log?: number } = {},
): Promise<RunningServer> => {
  const ignoresToken = isShortToken(config.setupToken)
  if (ignoresToken && !(await peekSetUp(config.database))) throw shortToken()
  const keyCheck = await peekKeyCheck(config.database)
  const vault = await openVault(masterKeySource(config.masterKey), keyCheck)

  await migrateSlowly(config.database)
  const { logStart, logStatement, logWarning, logProvider, ...logger } = createLog(log)
  const { db, kind, changesFrom, requireFiles } = openDatabase(config.database, {
    log: config.logSql ? logStatement : undefined,
  })
  const now = () => Date.now()
  const { keepVersions, trashDays } = config
  const options = {
    vault,
    now,
    sha256: nodeSha256,
    changesFrom,
    requireFiles,
    limits: config.teamLimits,
    keepVersions,
    trashDays,
  }
  const store = await openStore(db, kind, options).catch(async (error) => {
    await db.destroy()
    throw error
  })
  const { publicUrl, sessionLimits } = config
  const secret = await sessionSecret(db, vault)
  const identity = createIdentity(db, kind, {
    store,
    secret,
    publicUrl,
    sessionLimits,
    now,
    afterArrivals: setImmediate,
    openid: config.openid && { settings: config.openid, onProblem: logProvider },
  })
  const ownToken = ignoresToken ? undefined : config.setupToken
  const setupToken = ownToken ?? (await vault.derive('setup token'))
  if (ignoresToken) logWarning('SETUP_TOKEN is ignored: it has fewer than 32 characters, and set-up is done')

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
  const findClientAddress = clientAddressFinder(config.trustedProxies)
  app.route(
    '/',
    createApp({
      ...watching.deps,
      version: productVersion,
      vault,
      identity,
      devices: deviceCookies({ secret, secure: config.publicUrl?.protocol === 'https:' }),
      authenticate: authenticator({
        store: watching.deps.store,
        identity,
        sha256: nodeSha256,
        now,
        afterArrivals: setImmediate,
      }),
      sha256: nodeSha256,
      setupToken,
      passwordSignIn: config.passwordSignIn,
      now,
      trashDays,
      requestRate: config.requestRate,
      teamCreation: config.teamCreation,
      publicUrl: config.publicUrl,
      acceptsHost,
      afterArrivals: setImmediate,
      stopping: stopping.signal,
      closeConnection: (env) => (env as Partial<HttpBindings>).outgoing?.destroy(),
      clientAddress: (env) => findClientAddress((env as Partial<HttpBindings>).incoming),
    }),
  )
  if (assets) {
    app.use('*', (c, next) => {
      checkHost(c, { acceptsHost })
      return next()
    })
    const headers = config.publicUrl?.protocol === 'https:' ? strictTransport : {}
    app.onError((error, c) => c.text(`${error.message}\n`, 400, headers))
    app.route('/', await consoleAssets(assets, headers))
  }

  const server = await new Promise<ReturnType<typeof serve>>((ready, fail) => {
    const listening = serve({
      fetch: watching.around(app.fetch),
      port: config.port,
      hostname: config.host,
      serverOptions: { headersTimeout: 10 * second, requestTimeout: 30 * second, keepAliveTimeout: 60 * second },
    })
    listening.once('listening', () => ready(listening))
    listening.once('error', fail)
  })
  const address = publicAddress(config, (server.address() as AddressInfo).port)
  logStart(vault.masterKeyId())
  if (!rightsOf(db).isEnforced()) {
    logWarning(
      'Anyone who can write to the database can give themselves every right. Sign who may do what: npm run admin -- sign-rights',
    )
  }
  return {
    address,
    setupLink: (await store.isSetUp()) ? undefined : `${address}/setup#token=${setupToken}`,
    metricsAddress: watching.metricsAddress,
    stop: async () => {
      stopping.abort()
      await drain(server)
      await stopSweep()
      await watching.stop()
      await store.close()
    },
  }
}

/** Accepts no new connections, and waits for the running requests up to {@link drainTime}. */
const drain = async (server: ServerType): Promise<void> => {
  // Closes connections that become idle while the server drains: a browser would keep using them.
  const closing = setInterval(() => 'closeIdleConnections' in server && server.closeIdleConnections(), 50)
  await new Promise<void>((done) => {
    server.close(() => done())
    setTimeout(done, drainTime).unref()
  })
  clearInterval(closing)
}

/**
 * Creates the log, which writes JSON lines. An error's own fields are left out: a driver's fields may quote stored
 * data.
 */
const createLog = (
  fd: number,
): Deps['log'] & {
  logStart(masterKey: string): void
  logWarning(text: string): void
  logProvider(error: Error): void
  logStatement: LogStatement
} => {
  const log = pino(
    { base: null, serializers: { err: ({ name, message, stack, code }) => ({ name, code, message, stack }) } },
    pino.destination({ fd, sync: false }),
  )
  return {
    // The key's id is not secret. It shows which backups and which recovery kit belong to this server.
    logStart: (masterKey) => log.info({ masterKey }, 'start'),
    logWarning: (text) => log.warn(text),
    logStatement: (sql, milliseconds) => log.info({ sql, ms: Math.round(milliseconds * 100) / 100 }, 'statement'),
    // Neither the message nor its cause has anything of the provider’s answer.
    logProvider: (err) => log.warn({ err }, 'the identity provider'),
    request: (entry) => log.info(entry, 'request'),
    error: (err, entry) => log.error({ ...entry, err }, 'unexpected error'),
    unavailable: (err, entry) => log.warn({ ...entry, err }, 'the database is away'),
  }
}
