import { openSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { parseConfig } from '#server/node/config.ts'
import { explainStartFailure } from '#server/node/explain-start-failure.ts'
import { startServer } from '#server/node/server.ts'
import { type Answer, requestSender, type SendRequest } from '#server/testing/app/send-request.ts'
import { cleanUp } from '#server/testing/clean-up.ts'
import type { Session } from '#shared/people/session.ts'
import { networkTarget } from './network-requests.ts'
import { newTemporaryFolder } from './temporary-folder.ts'

export const setupToken = 'the set-up token of the tests'

/** The first account and its team. */
export const firstAccount = {
  token: setupToken,
  name: 'Ada Lovelace',
  email: 'ada@example.com',
  password: 'correct horse battery',
  team: 'Gradient Next',
}

export type TestServer = {
  /** Where people are told that it is. */
  address: string
  setupLink: string | undefined
  /** Where its metrics are, if the settings ask for them. */
  metricsAddress: string | undefined
  request: SendRequest
  /** Makes the first account. */
  setUp(changes?: Partial<typeof firstAccount>): Promise<Answer<Session>>
  signIn(changes?: { email?: string; password?: string }): Promise<Answer<Session>>
  /** What it has logged so far. */
  log(): string
  /** Ends it before the test does. */
  stop(): Promise<void>
}

/** Starts the server in this process, with its own identity, database and network. */
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
  // The log stays open: lines are still on their way to it.
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

/** What people are told of a start in this process that has to be refused. */
export const startFailure = async (settings: Record<string, string>): Promise<string> => {
  const log = openSync(join(newTemporaryFolder(), 'log'), 'w')
  const started = await Promise.resolve()
    .then(() => startServer(parseConfig({ PORT: '0', ...settings }), { log }))
    .catch(explainStartFailure)
  if (typeof started === 'string') return started
  await started.stop()
  throw new Error('A start was to be refused, and was not.')
}

/** The session’s cookie that an answer sets, in the form in which a browser sends it back. */
export const sessionCookie = ({ headers }: { headers: Headers }): { cookie: string } => ({
  cookie: headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; '),
})

/** The address has to be known before the start, where another one is told to people. */
const freePort = (): Promise<number> =>
  new Promise((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => found(typeof address === 'object' && address ? address.port : 0))
    })
  })
