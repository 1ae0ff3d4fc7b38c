import { type BetterAuthOptions, betterAuth } from 'better-auth'
import { isAPIError } from 'better-auth/api'
import { hashPassword, verifyPassword } from 'better-auth/crypto'
import { twoFactor } from 'better-auth/plugins/two-factor'
import type { Kysely } from 'kysely'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import type { Rights } from '#server/store/rights/rights.ts'
import { passwordLength } from '#shared/people/session.ts'
import type { ConcurrencyLimiter } from './concurrency-limiter.ts'
import type { SessionLimits } from './sessions.ts'
import { signedAdapter } from './signed-adapter.ts'

export const productName = 'Gradient Secrets'

/** The header that carries a request's network address to better-auth, which sees only headers. */
const addressHeader = 'gradient-from'

/** Returns the headers of a request with its real network address, and not one that the client claims. */
export const headersWithAddress = (request: Request, from: string): Headers => {
  const headers = new Headers(request.headers)
  headers.set(addressHeader, from)
  return headers
}

/** Returns whether browsers send the cookies over https only. */
export const isSecure = (publicUrl: URL | undefined): boolean => publicUrl?.protocol === 'https:'

/** Returns the name of a cookie. The `__Host-` prefix binds it to https and to this exact host. */
const cookieName = (publicUrl: URL | undefined, name: string): string =>
  `${isSecure(publicUrl) ? '__Host-' : ''}gradient-${name}`

export const sessionCookieName = (publicUrl: URL | undefined): string => cookieName(publicUrl, 'session')

type AuthSettings = {
  rights: Rights
  secret: string
  publicUrl: URL | undefined
  sessionLimits: SessionLimits
  limitConcurrency: ConcurrencyLimiter
}

/** Returns better-auth's options. Its own routes are not served: the product's routes call it. */
export const betterAuthOptions = (
  db: Kysely<Schema>,
  kind: DatabaseKind,
  { rights, secret, publicUrl, sessionLimits, limitConcurrency }: AuthSettings,
) => {
  const secure = isSecure(publicUrl)
  return {
    appName: productName,
    baseURL: publicUrl?.origin ?? 'http://localhost',
    secret,
    database: signedAdapter(db, kind, rights),
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: passwordLength.min,
      maxPasswordLength: passwordLength.max,
      password: {
        hash: (password) => limitConcurrency.run(() => hashPassword(password)),
        verify: (attempt) => limitConcurrency.run(() => verifyPassword(attempt)),
      },
    },
    session: {
      expiresIn: Math.floor(Math.min(sessionLimits.idle, sessionLimits.max) / 1000),
      // `sessions.ts` finds and renews sessions.
      disableSessionRefresh: true,
      // The product has its own rule for asking for the password again, which counts in minutes.
      freshAge: 0,
      additionalFields: {
        confirmedAt: { type: 'date', required: false, input: false },
        secondFactor: { type: 'boolean', required: false, input: false },
      },
    },
    databaseHooks: {
      session: {
        create: {
          before: async (session, context) => ({
            data: { ...session, ipAddress: context?.headers?.get(addressHeader) ?? session.ipAddress ?? null },
          }),
        },
      },
    },
    advanced: {
      useSecureCookies: false,
      cookies: {
        session_token: { name: sessionCookieName(publicUrl) },
        passkey: { name: cookieName(publicUrl, 'passkey') },
      },
      defaultCookieAttributes: { httpOnly: true, sameSite: 'strict', secure, path: '/' },
      ipAddress: { disableIpTracking: true },
      // better-auth's routes are not served, and requests are checked before they get here.
      disableCSRFCheck: true,
      disableOriginCheck: true,
    },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
  } satisfies BetterAuthOptions
}

/**
 * Creates the two-factor plugin. Seeds and codes are encrypted at rest. The product's own throttle limits guesses
 * without locking anyone out.
 */
export const twoFactorPlugin = () =>
  twoFactor({ accountLockout: { enabled: false }, backupCodeOptions: { storeBackupCodes: 'encrypted' } })

export const createBetterAuth = (options: ReturnType<typeof betterAuthOptions>) =>
  betterAuth({ ...options, plugins: [twoFactorPlugin()] })

export type BetterAuth = ReturnType<typeof createBetterAuth>

/** The statuses with which better-auth answers a wrong password, code or passkey. */
const refusals = new Set<unknown>(['UNAUTHORIZED', 'BAD_REQUEST', 'CONFLICT'])
/** better-auth reports an unverifiable passkey as an internal error with this code. */
const unverified = 'FAILED_TO_VERIFY_REGISTRATION'

/** Resolves with the result of a better-auth call, or with `undefined` when better-auth refused it. */
export const undefinedIfRefused = async <Result>(asked: Promise<Result>): Promise<Result | undefined> => {
  try {
    return await asked
  } catch (error) {
    if (isAPIError(error) && (refusals.has(error.status) || error.body?.code === unverified)) return undefined
    throw error
  }
}
