import { type BetterAuthOptions, betterAuth } from 'better-auth'
import { isAPIError } from 'better-auth/api'
import { hashPassword, verifyPassword } from 'better-auth/crypto'
import { twoFactor } from 'better-auth/plugins/two-factor'
import type { Kysely } from 'kysely'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import type { Rights } from '#server/store/rights/rights.ts'
import { passwordLength } from '#shared/people/session.ts'
import type { ConcurrencyLimiter } from './concurrency-limiter.ts'
import { signedAdapter } from './signed-adapter.ts'

const day = 24 * 60 * 60
export const productName = 'Gradient Secrets'

/** The header that carries a request's network address to better-auth, which sees only headers. */
const addressHeader = 'gradient-from'

/** Returns the headers of a request with its real network address, and not one that the client claims. */
export const headersWithAddress = (request: Request, from: string): Headers => {
  const headers = new Headers(request.headers)
  headers.set(addressHeader, from)
  return headers
}

type AuthSettings = { rights: Rights; secret: string; publicUrl: URL | undefined; limitConcurrency: ConcurrencyLimiter }

/** Returns better-auth's options. Its own routes are not served: the product's routes call it. */
export const betterAuthOptions = (
  db: Kysely<Schema>,
  kind: DatabaseKind,
  { rights, secret, publicUrl, limitConcurrency }: AuthSettings,
) => {
  const secure = publicUrl?.protocol === 'https:'
  // The `__Host-` prefix binds a cookie to https and to this exact host.
  const cookie = (name: string) => ({ name: `${secure ? '__Host-' : ''}gradient-${name}` })
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
        hash: (password) => limitConcurrency(() => hashPassword(password)),
        verify: (attempt) => limitConcurrency(() => verifyPassword(attempt)),
      },
    },
    session: {
      expiresIn: 7 * day,
      updateAge: day,
      // The product has its own rule for asking for the password again, which counts in minutes.
      freshAge: 0,
      additionalFields: { confirmedAt: { type: 'date', required: false, input: false } },
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
      cookies: { session_token: cookie('session'), passkey: cookie('passkey') },
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
const refusals = new Set<unknown>(['UNAUTHORIZED', 'BAD_REQUEST'])
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
