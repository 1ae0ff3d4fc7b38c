import * as z from 'zod'
import { newToken } from '#server/crypto/make-id.ts'
import type { Identity, OpenidReturn } from '#server/identity/identity.ts'
import type { OpenidSettings } from '#server/node/identity/openid/openid-settings.ts'
import { nodeSha256 } from '#server/node/keys/node-crypto.ts'
import { Failure } from '#shared/failure.ts'
import { joinRule, openidPurposes } from '#shared/people/openid.ts'
import { email as emailAddress } from '#shared/people/session.ts'
import { label } from '#shared/scope.ts'
import { ProviderAway } from './fetch-from-provider.ts'
import { type AuthContext, deleteExpiredValues, oneTimeValues } from './one-time-values.ts'
import { createOpenidClient } from './openid-client.ts'
import { type IdClaims, InvalidAnswer } from './verify-id-token.ts'

/** Where the identity provider sends browsers back to. */
export const callbackPath = '/v1/session/openid/callback'

/** How long a sign-in at the provider may take, and how long its ticket is valid, in seconds. */
const flowTime = 10 * 60
const ticketTime = 60

const flow = z.object({
  purpose: z.enum(openidPurposes),
  /** The hash of the browser's cookie. */
  browser: z.string(),
  nonce: z.string(),
  codeVerifier: z.string(),
  startedAt: z.number(),
  /** The hash of an invite's token. */
  invite: z.string().optional(),
  /** Who asked, for `connect` and `confirm`. */
  userId: z.string().optional(),
  sessionId: z.string().optional(),
})

const returned = z.object({
  purpose: z.enum(openidPurposes),
  browser: z.string(),
  providerId: z.string(),
  subject: z.string(),
  name: z.string(),
  email: z.string().nullable(),
  joins: z.array(joinRule),
  secondFactor: z.boolean(),
  signedInAt: z.number(),
  invite: z.string().optional(),
  userId: z.string().optional(),
  sessionId: z.string().optional(),
})

type OpenidParts = {
  context: AuthContext
  settings: OpenidSettings
  publicUrl: URL
  secret: string
  now: () => number
  /** Logs why an answer of the provider was refused. */
  onProblem: (error: Error) => void
}

/** Creates the part of the identity port that signs in with an OpenID identity provider. */
export const openidIdentity = ({
  context,
  settings,
  publicUrl,
  secret,
  now,
  onProblem,
}: OpenidParts): Omit<NonNullable<Identity['openid']>, 'startSession' | 'confirm'> => {
  const client = createOpenidClient(settings, `${publicUrl.origin}${callbackPath}`, now)
  const flows = oneTimeValues(context, { kind: 'openid-state', schema: flow, seconds: flowTime, secret })
  const tickets = oneTimeValues(context, { kind: 'openid-ticket', schema: returned, seconds: ticketTime, secret })
  const cookie = browserCookie(publicUrl)
  const providerId = `openid:${settings.issuer}`

  return {
    name: settings.name,
    providerId,

    begin: async ({ purpose, invite, userId, sessionId }, request) => {
      const [state, nonce, codeVerifier] = [newToken(), newToken(), newToken()]
      const url = await client.address({ state, nonce, codeVerifier }, { confirm: purpose === 'confirm' }).catch(away)
      await deleteExpiredValues(context)
      // One value for all tabs, so that a second sign-in does not break the first.
      const browser = cookie.read(request) ?? newToken()
      await flows.keep(
        {
          purpose,
          invite,
          userId,
          sessionId,
          browser: await nodeSha256(browser),
          nonce,
          codeVerifier,
          startedAt: now(),
        },
        state,
      )
      return { url, headers: cookie.set(browser) }
    },

    finish: async ({ state, code, iss, error }, request) => {
      const browser = cookie.read(request)
      const begun = state === undefined ? undefined : await flows.take(state)
      if (!begun || browser === undefined || begun.browser !== (await nodeSha256(browser)))
        return { problem: 'browser' }
      const { purpose, invite, userId, sessionId, startedAt, nonce, codeVerifier } = begun
      if (code === undefined || error !== undefined) return { purpose, problem: 'refused' }
      try {
        const confirmedSince = purpose === 'confirm' ? startedAt : undefined
        const claims = await client.claims({ code, iss }, { nonce, codeVerifier }, { confirmedSince })
        const ticket = await tickets.keep({
          ...personIn(claims, settings, now()),
          ...{ purpose, providerId, invite, userId, sessionId },
          browser: begun.browser,
        })
        return { purpose, ticket }
      } catch (error) {
        if (!(error instanceof ProviderAway || error instanceof InvalidAnswer)) throw error
        onProblem(error)
        return { purpose, problem: error instanceof ProviderAway ? 'away' : 'invalid' }
      }
    },

    redeem: async (ticket, purpose, request) => {
      const browser = cookie.read(request)
      const found = await tickets.take(ticket)
      const isOwn = found && browser !== undefined && found.browser === (await nodeSha256(browser))
      return isOwn && found.purpose === purpose ? found : undefined
    },
  }

  function away(error: unknown): never {
    if (!(error instanceof ProviderAway)) throw error
    onProblem(error)
    throw new Failure('UNAVAILABLE', `${settings.name} does not answer. Try again in a minute, or use another way.`, {
      retryAfter: 10,
    })
  }
}

/** The largest difference between the clocks of the provider and of the server, in milliseconds. */
const leeway = 60_000

/** Returns what the claims say about a person. */
const personIn = (
  claims: IdClaims,
  { join, secondFactors }: OpenidSettings,
  now: number,
): Pick<OpenidReturn, 'subject' | 'name' | 'email' | 'joins' | 'secondFactor' | 'signedInAt'> => {
  const { sub, auth_time: authTime } = claims
  // The provider's texts keep the rules of typed ones.
  const email = emailAddress.safeParse(claims.email).data
  // A provider that says nothing vouches for its emails.
  const { email_verified: verified } = claims
  const isVerified = verified === undefined || verified === true || verified === 'true'
  return {
    subject: sub,
    name: [claims.name, claims.preferred_username, email].map(nameOf).find((name) => name) ?? 'New person',
    email: isVerified ? (email?.toLowerCase() ?? null) : null,
    joins: join.filter(({ claim, value }) => valuesOf(claims[claim]).includes(value)),
    secondFactor: [...valuesOf(claims.amr), ...valuesOf(claims.acr)].some((one) => secondFactors.includes(one)),
    // Without it, the provider may have signed the person in days ago, and signed nobody in now.
    signedInAt: typeof authTime === 'number' && authTime * 1000 < now + leeway ? Math.min(authTime * 1000, now) : 0,
  }
}

const nameOf = (claim: unknown): string | undefined => label.safeParse(claim).data

/** Returns the values of a claim as texts: of a list, or the only one. */
const valuesOf = (claim: unknown): string[] =>
  (Array.isArray(claim) ? claim : [claim]).flatMap((one: unknown) =>
    typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean' ? [`${one}`] : [],
  )

/**
 * The cookie that binds a sign-in to the browser that began it. `Lax`, because the provider sends the browser back: a
 * `Strict` one would not arrive. It signs nobody in.
 */
const browserCookie = (publicUrl: URL) => {
  const isSecure = publicUrl.protocol === 'https:'
  const name = `${isSecure ? '__Host-' : ''}gradient-openid`
  const value = new RegExp(`(?:^|; *)${name}=([\\w-]{43})(?:;|$)`)
  return {
    read: ({ headers }: Request): string | undefined => value.exec(headers.get('cookie') ?? '')?.[1],
    set: (browser: string): Headers =>
      new Headers([
        [
          'set-cookie',
          `${name}=${browser}; Path=/; Max-Age=${flowTime + ticketTime}; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`,
        ],
      ]),
  }
}
