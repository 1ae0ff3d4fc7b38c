import { type BetterAuthOptions, betterAuth } from 'better-auth'
import { isAPIError } from 'better-auth/api'
import { hashPassword, verifyPassword } from 'better-auth/crypto'
import { twoFactor } from 'better-auth/plugins/two-factor'
import type { Kysely } from 'kysely'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import { passwordLength } from '#shared/people/session.ts'
import type { ConcurrencyLimiter } from './concurrency-limiter.ts'

const day = 24 * 60 * 60
export const productName = 'Gradient Secrets'

/** Where the network address of a request stands for better-auth, which knows requests by their headers only. */
const addressHeader = 'gradient-from'

/** The headers of a request, with the network address that it came from instead of one it may claim. */
export const headersWithAddress = (request: Request, from: string): Headers => {
  const headers = new Headers(request.headers)
  headers.set(addressHeader, from)
  return headers
}

export type AuthSettings = { secret: string; publicUrl: URL | undefined; limited: ConcurrencyLimiter }

/** How better-auth is set up. Its own routes are not served: what people need of it goes through ours. */
export const betterAuthOptions = (
  db: Kysely<Schema>,
  kind: DatabaseKind,
  { secret, publicUrl, limited }: AuthSettings,
) => {
  const secure = publicUrl?.protocol === 'https:'
  // The names say it themselves: `__Host-` binds a cookie to https and to this very host.
  const cookie = (name: string) => ({ name: `${secure ? '__Host-' : ''}gradient-${name}` })
  return {
    appName: productName,
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
    session: {
      expiresIn: 7 * day,
      updateAge: day,
      // What is dangerous asks for the password by our own rule, which counts in minutes.
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
      // better-auth's routes are called, not served; requests are checked before they come here.
      disableCSRFCheck: true,
      disableOriginCheck: true,
    },
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    logger: { disabled: true },
  } satisfies BetterAuthOptions
}

/** Both are encrypted at rest with the secret. Guesses are slowed down by our own throttle, which locks nobody out. */
export const twoFactorPlugin = () =>
  twoFactor({ accountLockout: { enabled: false }, backupCodeOptions: { storeBackupCodes: 'encrypted' } })

export const createBetterAuth = (options: ReturnType<typeof betterAuthOptions>) =>
  betterAuth({ ...options, plugins: [twoFactorPlugin()] })

export type BetterAuth = ReturnType<typeof createBetterAuth>

/** What better-auth answers to a wrong password, code or passkey. */
const refusals = new Set<unknown>(['UNAUTHORIZED', 'BAD_REQUEST'])
/** It takes a new passkey that cannot be verified for a mistake of its own. */
const unverified = 'FAILED_TO_VERIFY_REGISTRATION'

/** Asks better-auth for something that it may refuse; `undefined` when it did. */
export const undefinedIfRefused = async <Result>(asked: Promise<Result>): Promise<Result | undefined> => {
  try {
    return await asked
  } catch (error) {
    if (isAPIError(error) && (refusals.has(error.status) || error.body?.code === unverified)) return undefined
    throw error
  }
}
