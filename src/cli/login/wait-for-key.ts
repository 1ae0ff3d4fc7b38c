import { setTimeout as after } from 'node:timers/promises'
import { CommandError, exits } from '#cli/exit.ts'
import type { Client } from '#client/client.ts'
import { Failure, type FailureCode } from '#shared/failure.ts'
import type { CliLoginAnswer, StartedCliLogin } from '#shared/people/cli-login.ts'

const second = 1000
/** How long one question may take before it counts as not answered. */
const patience = 10 * second

/** A server that is started anew, or a proxy without it, answers these. */
const passing: readonly FailureCode[] = ['UNAVAILABLE', 'TIMEOUT', 'TOO_MANY_REQUESTS', 'INTERNAL_SERVER_ERROR']

type Waiting = StartedCliLogin & {
  verifier: string
  /** Ends the waiting; what waits then throws what `fetch` and timers throw. */
  signal: AbortSignal
  /** Called once, when the server does not answer for the first time. */
  onAway: () => void
}

type Allowed = Extract<CliLoginAnswer, { state: 'allowed' }>

/** Asks for the key until it is there. Throws a {@link CommandError} when it was denied or nobody allowed it in time. */
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
      const question = AbortSignal.any([signal, AbortSignal.timeout(patience)])
      const answer = await cliLogins.key({ code, verifier }, question)
      if (answer.state === 'allowed') return answer
      if (answer.state === 'denied') throw new CommandError(exits.denied, 'It was denied in the console.')
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
    ? passing.includes(error.code)
    : error instanceof DOMException && error.name === 'TimeoutError'

const refusal = (error: unknown): unknown => {
  if (!(error instanceof Failure)) return error
  if (error.code === 'NOT_FOUND') return expired()
  return new CommandError(exits.denied, error.message, { cause: error })
}

const expired = () =>
  new CommandError(exits.denied, 'The code has expired, or was used.', { hint: 'Run “gradient login” again.' })
