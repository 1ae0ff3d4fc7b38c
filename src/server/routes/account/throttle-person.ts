import type { Context } from 'hono'
import type { Deps, Env } from '#server/deps.ts'
import { admitSignIn } from '#server/identity/throttle.ts'

/** Slows down guesses at the password or codes of who is signed in, together with those at the sign-in. */
export const admitPerson = (c: Context<Env>, deps: Deps): Promise<() => Promise<void>> =>
  admitSignIn(deps, { email: c.get('principal').user.email, address: deps.clientAddress(c.env) })
