import { openSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { parseConfig } from '#server/node/config.ts'
import { explainStartFailure } from '#server/node/explain-start-failure.ts'
import { startServer } from '#server/node/server.ts'
import { type Answer, requestSender, type SendRequest } from '#server/testing/app/send-request.ts'
import { cleanUp } from '#server/testing/clean-up.ts'
import { type Session, type StartedSession, startedSession } from '#shared/people/session.ts'
import { networkTarget } from './network-requests.ts'
import { newTemporaryFolder } from './temporary-folder.ts'

export const setupToken = 'the set-up token that all tests use'

/** The first account and its team. */
export const firstAccount = {
  token: setupToken,
  name: 'Ada Lovelace',
  email: 'ada@example.com',
  password: 'correct horse battery',
  team: 'Gradient Next',
}

export type TestServer = {
  /** The address that is shown to people. */
  address: string
  setupLink: string | undefined
  /** The address of the metrics, if the settings ask for them. */
  metricsAddress: string | undefined
  request: SendRequest
  /** Creates the first account. */
  setUp(changes?: Partial<typeof firstAccount>): Promise<Answer<StartedSession>>
  signIn(changes?: { email?: string; password?: string }): Promise<Answer<Session>>
  /** Returns the log so far. */
  log(): string
  /** Stops the server before the test ends. */
  stop(): Promise<void>
}

/** Starts a server in this process, with its own identity, database and network port. */
export const startTestServer = async (
  settings: Record<string, string> = {},
  options: { assets?: string } = {},
): Promise<TestServer> => {
  const folder = newTemporaryFolder()
  const port = await freePort()
  const logFile = join(folder, 'log')
  const log = openSync(logFile, 'w')
  const config = parseConfig({
    PORT: `${port}`,
    DATA_DIR: join(folder, 'data'),
    SETUP_TOKEN: setupToken,
    ...settings,
  })
  const server = await startServer(config, { ...options, log })
  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped ??= server.stop()
    return stopped
  }
  // The log stays open: more lines may still be written.
  cleanUp(stop)
  const host = config.publicUrl ? { host: config.publicUrl.host } : {}
  const request = requestSender(networkTarget(`http://127.0.0.1:${port}`), host)
  return {
    address: server.address,
    setupLink: server.setupLink,
    metricsAddress: server.metricsAddress,
    request,
    setUp: (changes) => request('POST', '/v1/setup', { ...firstAccount, ...changes }),
    signIn: ({ email = firstAccount.email, password = firstAccount.password } = {}) =>
      request('POST', '/v1/session', { email, password }),
    log: () => readFileSync(logFile, 'utf8'),
    stop,
  }
}

/** Returns the message of a start in this process that must fail. */
export const startFailure = async (settings: Record<string, string>): Promise<string> => {
  const log = openSync(join(newTemporaryFolder(), 'log'), 'w')
  const started = await Promise.resolve()
    .then(() => startServer(parseConfig({ PORT: '0', ...settings }), { log }))
    .catch(explainStartFailure)
  if (typeof started === 'string') return started
  await started.stop()
  throw new Error('A start was to be refused, and was not.')
}

/** The headers of a session: its cookie, as a browser sends it back, and its proof. */
export type SessionHeaders = { cookie: string; 'gradient-proof'?: string }

/**
 * Returns the headers of the session that an answer starts. An answer that replaces the cookie of a session has no
 * proof: it is the one that the session had, `before`.
 */
export const sessionCookie = (
  { headers, json }: { headers: Headers; json: unknown },
  before?: SessionHeaders,
): SessionHeaders => {
  const started = proofGiven.safeParse(json)
  return {
    ...before,
    cookie: headers
      .getSetCookie()
      .filter((cookie) => !cookie.includes('gradient-device-'))
      .map((cookie) => cookie.split(';')[0])
      .join('; '),
    ...(started.success ? { 'gradient-proof': started.data.proof } : {}),
  }
}

/** Returns the lines of a session's headers in a raw request. */
export const headerLines = (session: SessionHeaders): string[] =>
  Object.entries(session).map(([name, value]) => `${name}: ${value}`)

const proofGiven = startedSession.pick({ proof: true })

/** Finds a free port. The address must be known before the start, where it is shown to people. */
const freePort = (): Promise<number> =>
  new Promise((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => found(typeof address === 'object' && address ? address.port : 0))
    })
  })
