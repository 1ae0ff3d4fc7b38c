import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { ServerProcess } from '#server/testing/processes/spawn-server.ts'
import { checkOrder, checkStored } from './check.ts'
import { watchTrash } from './clock-trash.ts'
import type { FaultContext } from './fault-context.ts'
import { callsTo, type Installation, install, person, setupToken } from './installation.ts'
import { answersLine, newObservations, startLoad } from './load.ts'
import type { Row } from './report.ts'
import { serverClock } from './server-clock.ts'

const day = 24 * 60 * 60 * 1000
/** The longest delay before another sign-in attempt, in seconds. */
const longestWait = 15 * 60

/** Sets a server's clock back by a day, forward by 40 days, and right again, while clients send requests. */
export const runClockJumps = async (context: FaultContext, kind: 'sqlite' | 'postgres'): Promise<Row> => {
  const random = context.random.fork(`clock ${kind}`)
  const clock = serverClock(context.folder())
  const database =
    kind === 'sqlite'
      ? {}
      : {
          DATABASE_URL: await (await context.postgres()).database('clock'),
          MASTER_KEY: randomBytes(32).toString('base64'),
        }
  const settings = {
    ...clock.settings,
    ...database,
    DATA_DIR: join(context.folder(), 'data'),
    SETUP_TOKEN: setupToken,
  }
  const server = context.start(settings)
  const installation = await install(server)
  const address = await server.ready
  const short = await keyUntil(server, installation, new Date(Date.now() + 20 * day))
  const trash = await watchTrash(server, { ...installation, startAgain: () => context.start(settings) })
  await trash.put('BEFORE')
  // Sessions expire in between and keys do not: clients use a key.
  const calls = callsTo(address, { ...installation, session: installation.manage })
  const observations = newObservations()
  const wrong: string[] = []

  /** Lets the clock jump in the middle of a load. */
  const jumpTo = async (shift: number, names: readonly string[]) => {
    const load = startLoad({
      nodes: [{ calls: () => calls }],
      names,
      clients: 8,
      random: random.fork(`${shift} ${names}`),
      observations,
    })
    await pause(200 + random.below(200))
    clock.set(shift)
    await pause(300 + random.below(200))
    await load.stop()
  }
  const expectStatus = async (what: string, wanted: number, headers: Record<string, string>, path = '/v1/projects') => {
    const { status } = await server.request('GET', path, undefined, headers)
    if (status !== wanted) wrong.push(`${what} was answered with ${status} instead of ${wanted}.`)
  }
  /** Creates a key, which requires a recently confirmed password. */
  const expectConfirmation = async (what: string, wanted: number, headers: Record<string, string>) => {
    const { status } = await server.request('POST', '/v1/api-keys', { name: 'late', access: ['run'] }, headers)
    if (status !== wanted) wrong.push(`${what}, a key was answered with ${status} instead of ${wanted}.`)
  }
  const check = async (when: string) => {
    const session = await signIn(server)
    if (!session) {
      wrong.push(`${when}, sign-in failed.`)
      return {}
    }
    const own = callsTo(address, { ...installation, session })
    wrong.push(...(await checkStored(own, observations)).map((sentence) => `${when}: ${sentence}`))
    own.close()
    return session
  }
  const expectShortWait = async (when: string, email: string) => {
    const { status, headers } = await server.request('POST', '/v1/session', { email, password: 'not the right one' })
    const wait = status === 429 ? Number(headers.get('retry-after')) : 0
    if (wait > longestWait) wrong.push(`${when}, a sign-in must wait ${wait} seconds.`)
  }

  await lockOut(server, 'first@example.com')
  await calls.resolve({ all: true })
  await jumpTo(-day, ['A', 'B', 'C'])
  await expectStatus('A day back, a session', 200, installation.session)
  await expectStatus('A day back, a key', 200, short)
  await expectShortWait('A day back', 'first@example.com')
  await expectConfirmation('A day back, with the password given a day ahead', 403, installation.session)
  wrong.push(...(await trash.expect('A day back', ['BEFORE'])))
  await check('A day back')

  await jumpTo(40 * day, ['D', 'E', 'F'])
  await expectStatus('After 40 days, a session of 7', 401, installation.session)
  await expectStatus('After 40 days, a key of 20', 401, short)
  await expectStatus('After 40 days, a key of 90', 200, installation.manage)
  await lockOut(server, 'second@example.com')
  await trash.put('AHEAD')
  wrong.push(...(await trash.expect('After 40 days', ['AHEAD'])))
  const later = await check('After 40 days')

  await jumpTo(0, ['G', 'H', 'I'])
  await expectStatus('Back from 40 days, a session', 200, later)
  await expectStatus('Back from 40 days, a key of 20', 200, short)
  await expectShortWait('Back from 40 days', 'second@example.com')
  await expectConfirmation('Back from 40 days, with the password given there', 403, later)
  wrong.push(...(await trash.expect('Back from 40 days', ['AHEAD'])))
  await check('Back from 40 days')
  const uses = await calls.list('?limit=100&include=lastUse')
  const used = uses.kind === 'answered' && uses.text.includes('"lastUse":{')
  if (!used) wrong.push('The last uses of secrets are lost.')

  wrong.push(...checkOrder(observations.events), ...observations.flaws)
  calls.close()
  server.kill('SIGTERM')
  await server.ended
  return {
    fault: `the clock goes back a day, forward 40 days, and is right again; ${kind === 'sqlite' ? 'SQLite' : 'PostgreSQL'}`,
    times: 'once',
    checked:
      'sessions, keys, delays, confirmations and deleted secrets expire on time; last uses stay; the trail, the list, an order of all after each',
    seen: answersLine(observations),
    wrong,
  }
}

const keyUntil = async (server: ServerProcess, { session }: Installation, end: Date) => {
  const body = { name: 'short', access: ['manage'], expiresAt: end.toISOString() }
  const { json } = await server.request<{ key: string }>('POST', '/v1/api-keys', body, session)
  return { authorization: `Bearer ${json.key}` }
}

const signIn = async (server: ServerProcess): Promise<Record<string, string> | undefined> => {
  const { status, headers, json } = await server.request<{ proof: string }>('POST', '/v1/session', person)
  if (status !== 200) return undefined
  return {
    cookie: headers
      .getSetCookie()
      .map((cookie) => cookie.split(';')[0])
      .join('; '),
    'gradient-proof': json.proof,
  }
}

/** Fails to sign in until the server demands a delay. */
const lockOut = async (server: ServerProcess, email: string): Promise<void> => {
  for (let attempt = 0; attempt < 10; attempt++) {
    const { status } = await server.request('POST', '/v1/session', { email, password: 'not the right one' })
    if (status === 429) return
  }
  throw new Error('Ten wrong passwords caused no delay.')
}
