import { newToken } from '#server/crypto/make-id.ts'
import type { Deps } from '#server/deps.ts'
import type { FoundSession, Identity, SignedIn } from '#server/identity/identity.ts'
import { shareLookups } from '#server/services/coalescing/gather-requests.ts'
import type { Store } from '#server/store/open-store.ts'
import type { StoredSession } from '#server/store/people/session-store.ts'
import { Failure } from '#shared/failure.ts'
import { proofHeader } from '#shared/people/session.ts'
import type { SessionCookie } from './session-cookie.ts'

const minute = 60_000
const none: readonly string[] = []
const day = 24 * 60 * minute

/** How long sessions last, in milliseconds: without use, and at most after the sign-in. */
export type SessionLimits = { idle: number; max: number }

/** How long a ticket can be traded for a proof. */
const ticketTime = 2 * minute

type SessionDeps = Pick<Deps, 'afterArrivals' | 'now'> & {
  store: Pick<
    Store,
    | 'sessionByToken'
    | 'setSessionProof'
    | 'continueSession'
    | 'confirmSession'
    | 'noteSessionUse'
    | 'noteSecondFactor'
    | 'forgetSecondFactors'
    | 'setSessionTicket'
    | 'claimSessionProof'
  >
  /** Synchronous: each request by session hashes its proof. */
  sha256(text: string): string
  cookie: SessionCookie
  limits: SessionLimits
}

export type Sessions = ReturnType<typeof createSessions>

/**
 * Finds the sessions of requests with one statement, where better-auth would take several. A session is valid with the
 * proof that its origin holds, and is looked up at each request, so that a session that was ended is refused from the
 * next request on.
 */
export const createSessions = ({ store, sha256, cookie, limits, now, afterArrivals }: SessionDeps) => {
  const lookUp = shareLookups<StoredSession | undefined>(afterArrivals)
  /** A browser that is used once a week keeps its cookie too. */
  const renewAfter = Math.min(day, limits.idle / 7)
  const endOf = (startedAt: number) => Math.min(now() + limits.idle, startedAt + limits.max)

  const isValid = ({ startedAt, expiresAt, proof }: StoredSession, given: string): boolean => {
    const at = now()
    return expiresAt > at && startedAt + limits.max > at && proof !== null && proof === sha256(given)
  }

  /** Notes the use of a session at most once a minute. Returns `Set-Cookie` headers if its cookie was renewed. */
  const noteUse = async (
    session: StoredSession,
    token: string,
    { at, isRenewed, longestPause }: { at: number; isRenewed: boolean; longestPause: number },
  ): Promise<readonly string[]> => {
    const expiresAt = endOf(session.startedAt)
    const use = { at, expiresAt, longestPause, ...(isRenewed ? { renewedAt: at } : {}) }
    await store.noteSessionUse(token, use).catch(unlessUnavailable)
    return isRenewed ? [cookie.set(token, expiresAt - at)] : []
  }

  /** Finds the session of a request by its cookie and its proof. */
  const find = async ({ headers }: Request): Promise<{ token: string; session: StoredSession } | undefined> => {
    const cookies = headers.get('cookie')
    const proof = headers.get(proofHeader)
    if (cookies === null || !proof) return undefined
    const token = cookie.token(cookies)
    if (token === undefined) return undefined
    const session = await lookUp(token, () => store.sessionByToken(token))
    return session && isValid(session, proof) ? { token, session } : undefined
  }

  const tokenIn = (headers: Headers): string => {
    const token = cookie.newToken(headers)
    if (token === undefined) throw new Error('better-auth made a session without setting its cookie.')
    return token
  }

  return {
    session: async (request: Request, options: Parameters<Identity['session']>[1] = {}) => {
      const found = await find(request)
      if (!found) return undefined
      const { id, startedAt, confirmedAt, usedAt, secondFactor, user, teams } = found.session
      const at = now()
      const longestPause = Math.max(found.session.longestPause, at - usedAt)
      const isRenewed = Math.abs(at - found.session.renewedAt) >= renewAfter
      const isDue = !options.isPassive && (isRenewed || Math.abs(at - usedAt) >= minute)
      const cookies = isDue ? await noteUse(found.session, found.token, { at, isRenewed, longestPause }) : none
      return {
        id,
        startedAt,
        confirmedAt,
        usedAt,
        longestPause,
        secondFactor,
        user,
        teams,
        cookies,
      } satisfies FoundSession
    },

    /** Gives a new session its proof. `headers` set its cookie. */
    prove: async (headers: Headers): Promise<Pick<SignedIn, 'proof'>> => {
      const proof = newToken()
      await store.setSessionProof(tokenIn(headers), sha256(proof))
      return { proof }
    },

    /** Notes that the person of a new session proved themselves with a passkey. */
    noteNewPasskeySession: (headers: Headers): Promise<void> => store.noteSecondFactor(tokenIn(headers)),

    /** Notes that the person of a request's session added a passkey, which verified them. */
    noteAddedPasskey: async (request: Request): Promise<void> => {
      const found = await find(request)
      if (found) await store.noteSecondFactor(found.token)
    },

    /**
     * Forgets what a passkey proved in the sessions of a request's person. Which of several passkeys it was is not known:
     * the session that deletes one keeps its own while there are others.
     */
    forgetPasskey: async (request: Request, { hasOthers }: { hasOthers: boolean }): Promise<void> => {
      const found = await find(request)
      if (found) await store.forgetSecondFactors(found.session.user.id, hasOthers ? found.token : undefined)
    },

    /** Stores that the person of a request confirmed now that it is them. */
    confirm: async (request: Request): Promise<void> => {
      const found = await find(request)
      if (found) await store.confirmSession(found.token, now())
    },

    /** Runs a change after which better-auth has replaced the session of the request, which then goes on in the new one. */
    replace: async (
      request: Request,
      change: () => Promise<Headers | undefined>,
      changes: { confirmedAt?: number } = {},
    ): Promise<Headers | undefined> => {
      const before = await find(request)
      const headers = before && (await change())
      if (!headers) return undefined
      const token = tokenIn(headers)
      const expiresAt = endOf(before.session.startedAt)
      await store.continueSession(token, { ...before.session, ...changes }, expiresAt)
      // Last, so that it wins over better-auth's cookie, which would outlast the session.
      headers.append('set-cookie', cookie.set(token, expiresAt - now()))
      return headers
    },

    proofTicket: async (headers: Headers): Promise<string> => {
      const ticket = newToken()
      await store.setSessionTicket(tokenIn(headers), { digest: sha256(ticket), until: now() + ticketTime })
      return ticket
    },

    claimProof: async (ticket: string, { headers }: Request): ReturnType<Identity['claimProof']> => {
      const token = cookie.token(headers.get('cookie') ?? '')
      if (token === undefined) return undefined
      const proof = newToken()
      const claim = { ticket: sha256(ticket), proof: sha256(proof), at: now() }
      if (!(await store.claimSessionProof(token, claim))) return undefined
      const session = await store.sessionByToken(token)
      return session && { user: session.user, proof }
    },
  }
}

/** Ignores `UNAVAILABLE`: reads go on while the database takes no writes, as on a full disk. */
const unlessUnavailable = (error: unknown): void => {
  if (!(error instanceof Failure && error.code === 'UNAVAILABLE')) throw error
}
