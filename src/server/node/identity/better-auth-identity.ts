import { hashPassword } from 'better-auth/crypto'
import type { Kysely } from 'kysely'
import type { Deps } from '#server/deps.ts'
import type { ConfirmationFlaw, Identity } from '#server/identity/identity.ts'
import { tellingFailures } from '#server/node/database/database-failures.ts'
import type { OpenidSettings } from '#server/node/identity/openid/openid-settings.ts'
import { nodeSha256 } from '#server/node/keys/node-crypto.ts'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import type { Store } from '#server/store/open-store.ts'
import { rightsOf } from '#server/store/rights/rights.ts'
import type { AccountSession, SignIn } from '#shared/people/account.ts'
import type { Confirmation, User } from '#shared/people/session.ts'
import {
  betterAuthOptions,
  createBetterAuth,
  headersWithAddress,
  isSecure,
  sessionCookieName,
  undefinedIfRefused,
} from './better-auth-setup.ts'
import { concurrencyLimiter } from './concurrency-limiter.ts'
import { openidIdentity } from './openid/openid-identity.ts'
import { createOpenidAuth } from './openid/openid-sessions.ts'
import type { PasskeyAuth } from './passkey-plugin.ts'
import { passkeyIdentity } from './passkeys.ts'
import { sessionCookieOf } from './session-cookie.ts'
import { createSessions, type SessionLimits } from './sessions.ts'
import { twoFactorIdentity, verifySecondFactor } from './two-factor.ts'

/** Maximum number of concurrent password hashes: each needs 16 MB and a core, and more would starve other requests. */
const maxConcurrentHashes = 2
const maxQueuedHashes = 100

type IdentityOptions = Pick<Deps, 'now' | 'afterArrivals'> & {
  store: Store
  secret: string
  publicUrl: URL | undefined
  sessionLimits: SessionLimits
  /** The identity provider, and what is called with the reason when it does not answer as it should. */
  openid?: { settings: OpenidSettings; onProblem: (error: Error) => void } | undefined
}

/** Creates the identity port on top of better-auth. */
export const createIdentity = (
  db: Kysely<Schema>,
  kind: DatabaseKind,
  { store, secret, publicUrl, sessionLimits, now, afterArrivals, openid }: IdentityOptions,
): Identity => {
  const limitConcurrency = concurrencyLimiter(maxConcurrentHashes, maxQueuedHashes)
  const options = betterAuthOptions(db, kind, {
    rights: rightsOf(db),
    secret,
    publicUrl,
    sessionLimits,
    limitConcurrency,
  })
  const cookie = sessionCookieOf(sessionCookieName(publicUrl), secret, isSecure(publicUrl))
  const sessions = createSessions({ store, sha256: nodeSha256, cookie, limits: sessionLimits, now, afterArrivals })
  const auth = createBetterAuth(options)
  let withPasskeys: Promise<PasskeyAuth> | undefined
  const loadPasskeys = () => {
    withPasskeys ??= import('./passkey-plugin.ts').then(({ createPasskeyAuth }) =>
      createPasskeyAuth(options, publicUrl),
    )
    return withPasskeys
  }
  const openidPort = (): NonNullable<Identity['openid']> | undefined => {
    if (!openid || !publicUrl) return undefined
    const auth = createOpenidAuth(options)
    return {
      ...openidIdentity({ ...openid, context: auth.$context, publicUrl, secret, now }),
      startSession: async ({ id }, { secondFactor, signedInAt }, request, from) => {
        const body = { userId: id, confirmedAt: new Date(signedInAt), secondFactor }
        const headers = headersWithAddress(request, from)
        const started = await auth.api.startOpenidSession({ body, headers, returnHeaders: true })
        if (!started.response) throw new Error('The account was deleted while its person signed in.')
        const { headers: cookies, response: user } = started
        return { user, headers: cookies, ...(await sessions.prove(cookies)) }
      },
      confirm: async ({ headers }) => {
        const found = await auth.api.getSession({ headers })
        const { internalAdapter } = await auth.$context
        if (found) await internalAdapter.updateSession(found.session.token, { confirmedAt: new Date(now()) })
      },
    }
  }
  const withOpenid = openidPort()
  const passkeys = passkeyIdentity(loadPasskeys, sessions, publicUrl?.hostname ?? 'localhost')

  /** Returns what is wrong with a confirmation, or wanted besides. */
  const flawOf = async (
    { password, code, passkey }: Confirmation,
    request: Request,
  ): Promise<ConfirmationFlaw | undefined> => {
    const { headers } = request
    const found = await auth.api.getSession({ headers })
    if (!found) throw new Error('The session ended while it was confirmed.')
    if (password !== undefined) {
      const isRight = await undefinedIfRefused(auth.api.verifyPassword({ body: { password }, headers }))
      if (!isRight) return 'passwordWrong'
    }
    // A passkey suffices: it was unlocked by its owner.
    if (passkey !== undefined) {
      return (await passkeys.ownerOf(passkey, request)) === found.user.id ? undefined : 'passkeyWrong'
    }
    if (password === undefined) return 'passwordWrong'
    if (found.user.twoFactorEnabled === true) {
      if (code === undefined) return 'codeWanted'
      return (await verifySecondFactor(auth, db, found.user.id, code, headers)) ? undefined : 'codeWrong'
    }
    const usable = passkeys.host === null ? [] : await passkeys.list(headers)
    return usable.length > 0 ? 'passkeyWanted' : undefined
  }

  const signIn = async (
    { email, password, code }: SignIn,
    request: Request,
    from: string,
  ): ReturnType<Identity['signIn']> => {
    const headers = headersWithAddress(request, from)
    const body = { email: email.toLowerCase(), password }
    const firstFactor = await undefinedIfRefused(auth.api.signInEmail({ body, headers, returnHeaders: true }))
    if (!firstFactor) return undefined
    const { response } = firstFactor
    if ('user' in response) {
      const { headers } = firstFactor
      return { user: toUser(response.user), headers, ...(await sessions.prove(headers)) }
    }
    if (code === undefined) return 'codeWanted'
    // better-auth remembers the first factor in a cookie. The cookie is used within this request and never reaches a
    // browser.
    headers.set('cookie', cookiesFrom(firstFactor.headers))
    const { internalAdapter } = await auth.$context
    const owner = await internalAdapter.findUserByEmail(body.email)
    const secondFactor = owner && (await verifySecondFactor(auth, db, owner.user.id, code, headers))
    if (!secondFactor) return 'codeWrong'
    const user = toUser(secondFactor.response.user)
    return { user, headers: secondFactor.headers, ...(await sessions.prove(secondFactor.headers)) }
  }

  const port = throwWhenUnavailable<Omit<Identity, 'session'>>({
    hashPassword: (password) => limitConcurrency.run(() => hashPassword(password)),
    signIn: (given, request, from, isKnown) => {
      const attempt = () => signIn(given, request, from)
      return isKnown ? limitConcurrency.ahead(attempt) : attempt()
    },
    signOut: async (request) => {
      const headers = new Headers(request.headers)
      // Without the cookie, better-auth ends no session and only clears the browser's cookie.
      if (!(await sessions.session(request, { isPassive: true }))) headers.delete('cookie')
      return (await auth.api.signOut({ headers, returnHeaders: true })).headers
    },
    proofTicket: sessions.proofTicket,
    claimProof: sessions.claimProof,

    confirm: async (given, request) => {
      const flaw = await limitConcurrency.ahead(() => flawOf(given, request))
      if (flaw === undefined) await sessions.confirm(request)
      return flaw ?? 'confirmed'
    },
    account: async ({ headers }) => {
      const [found, sessions, keys] = await Promise.all([
        auth.api.getSession({ headers }),
        auth.api.listSessions({ headers }),
        passkeys.list(headers),
      ])
      if (!found) throw new Error('The session ended while its account was read.')
      const sortedSessions = sessions
        .toSorted((one, other) => other.createdAt.getTime() - one.createdAt.getTime())
        .map((session): AccountSession => {
          const { id, createdAt, ipAddress, userAgent } = session
          const [from, agent] = [ipAddress || null, userAgent || null]
          return { id, current: id === found.session.id, dtCreated: createdAt.toISOString(), from, agent }
        })
      return {
        user: toUser(found.user),
        twoFactor: found.user.twoFactorEnabled === true,
        passkeys: keys,
        passkeyHost: passkeys.host,
        sessions: sortedSessions,
      }
    },
    changePassword: async ({ current, next }, request, from) => {
      const body = { currentPassword: current, newPassword: next, revokeOtherSessions: true }
      const headers = headersWithAddress(request, from)
      const change = async () =>
        (await undefinedIfRefused(auth.api.changePassword({ body, headers, returnHeaders: true })))?.headers
      return sessions.replace(request, () => limitConcurrency.ahead(change), { confirmedAt: now() })
    },
    endSession: async (id, { headers }) => {
      const session = (await auth.api.listSessions({ headers })).find((one) => one.id === id)
      if (session) await auth.api.revokeSession({ body: { token: session.token }, headers })
      return session !== undefined
    },
    twoFactor: twoFactorIdentity(auth, db, sessions),
    passkeys: passkeys.port,
    ...(withOpenid ? { openid: withOpenid } : {}),
  })
  // Not through better-auth, and on the way of every request.
  return { ...port, session: sessions.session }
}

/**
 * Throws when the database is unavailable during a call. better-auth would report a missing session, a wrong password,
 * or an ended session instead.
 */
const throwWhenUnavailable = <Part extends object>(part: Part): Part =>
  new Proxy(part, {
    get: (target, name, self) => {
      const own: unknown = Reflect.get(target, name, self)
      if (typeof own === 'function')
        return (...given: unknown[]) => tellingFailures(async () => Reflect.apply(own, target, given))
      return typeof own === 'object' && own !== null ? throwWhenUnavailable(own) : own
    },
  })

const toUser = ({ id, name, email }: User): User => ({ id, name, email })

/** Returns the `Cookie` header that a browser would send after an answer with these headers. */
const cookiesFrom = (headers: Headers): string =>
  headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0] ?? '')
    .filter((cookie) => !cookie.endsWith('='))
    .join('; ')
