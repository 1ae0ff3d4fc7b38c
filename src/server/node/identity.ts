import { betterAuth } from 'better-auth'
import { isAPIError } from 'better-auth/api'
import { hashPassword, verifyPassword } from 'better-auth/crypto'
import type { Kysely } from 'kysely'
import type { Identity } from '#server/identity.ts'
import type { DatabaseKind, Schema } from '#server/store/schema.ts'
import { Failure } from '#shared/failure.ts'
import { passwordLength, type User } from '#shared/session.ts'

const day = 24 * 60 * 60

/** Hashing takes some 16 MB and a core for a while: more at once than this would starve the rest. */
const hashesAtOnce = 2
const hashesWaiting = 100

/** Accounts and sessions by better-auth. Its own routes are not served: what people need of it goes through ours. */
export const createIdentity = (
  db: Kysely<Schema>,
  kind: DatabaseKind,
  { secret, publicUrl }: { secret: string; publicUrl: URL | undefined },
): Identity => {
  const secure = publicUrl?.protocol === 'https:'
  const limited = limiter(hashesAtOnce, hashesWaiting)
  const auth = betterAuth({
    baseURL: publicUrl?.origin ?? 'http://localhost',
    secret,
    database: { db, type: kind },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: passwordLength.min,
      maxPasswordLength: passwordLength.max,
      password: {
        hash: (password) => limited(() => hashPassword(password)),
        verify: (attempt) => limited(() => verifyPassword(attempt)),
      },
    },
    session: { expiresIn: 7 * day, updateAge: day },
    advanced: {
      // The names say it themselves: `__Host-` binds the cookie to https and to this very host.
      useSecureCookies: false,
      cookies: { session_token: { name: secure ? '__Host-gradient-session' : 'gradient-session' } },
      defaultCookieAttributes: { httpOnly: true, sameSite: 'strict', secure, path: '/' },
      // better-auth's routes are called, not served; requests are checked before they come here.
      disableCSRFCheck: true,
      disableOriginCheck: true,
    },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
  })

  return {
    user: async (request) => {
      if (!request.headers.has('cookie')) return undefined
      const session = await auth.api.getSession({ headers: request.headers })
      return session ? toUser(session.user) : undefined
    },
    hashPassword: (password) => limited(() => hashPassword(password)),
    signIn: async ({ email, password }, request) => {
      try {
        const { headers, response } = await auth.api.signInEmail({
          body: { email: email.toLowerCase(), password },
          headers: request.headers,
          returnHeaders: true,
        })
        return { user: toUser(response.user), headers }
      } catch (error) {
        if (isAPIError(error) && error.status === 'UNAUTHORIZED') return undefined
        throw error
      }
    },
    signOut: async (request) => {
      const { headers } = await auth.api.signOut({ headers: request.headers, returnHeaders: true })
      return headers
    },
  }
}

const toUser = ({ id, name, email }: User): User => ({ id, name, email })

/** Runs at most `atOnce` tasks at a time, and refuses those that would wait behind more than `waiting` others. */
const limiter = (atOnce: number, waiting: number) => {
  let running = 0
  const queue: (() => void)[] = []
  return async <T>(task: () => Promise<T>): Promise<T> => {
    if (running >= atOnce) {
      if (queue.length >= waiting) {
        throw new Failure('UNAVAILABLE', 'Too many people sign in at once. Try again in a moment.', { retryAfter: 5 })
      }
      await new Promise<void>((resume) => queue.push(resume))
    } else {
      running++
    }
    try {
      return await task()
    } finally {
      const next = queue.shift()
      if (next) next()
      else running--
    }
  }
}
