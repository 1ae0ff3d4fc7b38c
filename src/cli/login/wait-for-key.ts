import { setTimeout as after } from 'node:timers/promises'
import { CommandError, exitCodes } from '#cli/exit.ts'
import type { Client } from '#client/client.ts'
import { Failure, type FailureCode } from '#shared/failure.ts'
import type { CliLoginAnswer, StartedCliLogin } from '#shared/people/cli-login.ts'

const second = 1000
/** Timeout of one request. */
const requestTimeout = 10 * second

/** Codes of a restarting server, or of a proxy whose server is down. */
const transientCodes: readonly FailureCode[] = ['UNAVAILABLE', 'TIMEOUT', 'TOO_MANY_REQUESTS', 'INTERNAL_SERVER_ERROR']

type Waiting = StartedCliLogin & {
  verifier: string
  /** Aborts the wait. The pending request or timer rejects. */
  signal: AbortSignal
  /** Called once, when the server stops responding. */
  onAway: () => void
}

type Allowed = Extract<CliLoginAnswer, { state: 'allowed' }>

/** Polls until the key is there. Throws {@link CommandError} when the request was denied or expired. */
export const waitForKey = async (
  { cliLogins }: Pick<Client, 'cliLogins'>,
  { code, verifier, interval, expiresIn, signal, onAway }: Waiting,
): Promise<Allowed> => {
  const until = performance.now() + expiresIn * second
  let wait = interval
  let isAway = false
  while (performance.now() + wait * second < until) {
    await after(wait * second, undefined, { signal })
    wait = interval
    try {
      const question = AbortSignal.any([signal, AbortSignal.timeout(requestTimeout)])
      const answer = await cliLogins.key({ code, verifier }, question)
      if (answer.state === 'allowed') return answer
      if (answer.state === 'denied') throw new CommandError(exitCodes.denied, 'It was denied in the console.')
    } catch (error) {
      if (signal.aborted || !mayPass(error)) throw refusal(error)
      if (!isAway) onAway()
      isAway = true
      if (error instanceof Failure) wait = Math.max(interval, error.retryAfter ?? 0)
    }
  }
  throw expired()
}

const mayPass = (error: unknown): boolean =>
  error instanceof Failure
    ? transientCodes.includes(error.code)
    : error instanceof DOMException && error.name === 'TimeoutError'

const refusal = (error: unknown): unknown => {
  if (!(error instanceof Failure)) return error
  if (error.code === 'NOT_FOUND') return expired()
  return new CommandError(exitCodes.denied, error.message, { cause: error })
}

const expired = () =>
  new CommandError(exitCodes.denied, 'The code has expired, or was used.', { hint: 'Run “gradient login” again.' })
