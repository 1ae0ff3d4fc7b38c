import type { Context } from 'hono'
import { confirmationNeeded, confirmedMinutes } from '#shared/session.ts'
import type { Deps, Env } from '../deps.ts'

/**
 * Refuses something dangerous when the person gave their password too long ago: somebody else may be sitting at their
 * browser. A key has no password, and is limited by what it is made for.
 */
export const requireConfirmed = (c: Context<Env>, { now }: Pick<Deps, 'now'>): void => {
  const { session } = c.get('principal')
  if (session && now() - session.confirmedAt > confirmedMinutes * 60_000) throw confirmationNeeded()
}
