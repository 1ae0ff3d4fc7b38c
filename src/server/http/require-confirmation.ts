import type { Context } from 'hono'
import type { Deps, Env } from '#server/deps.ts'
import { confirmationNeeded, confirmedMinutes } from '#shared/people/session.ts'

/** How far the clocks of servers on one database may be apart, in milliseconds. */
const apart = 5000

/**
 * Refuses something dangerous when the person gave their password too long ago: somebody else may be sitting at their
 * browser. Of a time that is still to come nobody knows how long ago it was: the clock was set back since. A key has no
 * password, and is limited by what it is made for.
 */
export const requireConfirmed = (c: Context<Env>, { now }: Pick<Deps, 'now'>): void => {
  const { session } = c.get('principal')
  if (!session) return
  const ago = now() - session.confirmedAt
  if (ago > confirmedMinutes * 60_000 || ago < -apart) throw confirmationNeeded()
}
