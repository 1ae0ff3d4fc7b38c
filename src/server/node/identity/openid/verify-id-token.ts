import { createRemoteJWKSet, customFetch, errors, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { fetchFromProvider, ProviderAway } from './fetch-from-provider.ts'

/** The answer of the identity provider is not a valid one. The message has no token and no claim. */
export class InvalidAnswer extends Error {
  override readonly name = 'InvalidAnswer'
}

/**
 * The signatures that are accepted. No `none`; and no HMAC, whose key would be the client secret, or a public key that
 * everybody knows.
 */
const algorithms = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'],
  ...['EdDSA', 'Ed25519'],
]

/** The largest accepted difference between the clocks of provider and server, in seconds. */
export const clockTolerance = 60

/** What an ID token must match. `confirmedSince`, in milliseconds, asks for a sign-in at the provider since then. */
export type ExpectedToken = {
  issuer: string
  clientId: string
  nonce: string
  keys: JWTVerifyGetKey
  /** The algorithms that the provider says it uses, if it does. */
  supported: readonly string[] | undefined
  confirmedSince: number | undefined
}

export type IdClaims = JWTPayload & { sub: string }

/**
 * Returns the claims of an ID token, by the rules of OpenID Connect Core, 3.1.3.7. Throws {@link InvalidAnswer} unless all
 * of it is right, and {@link ProviderAway} when the provider's keys cannot be fetched.
 */
export const verifyIdToken = async (token: string, expected: ExpectedToken, now: number): Promise<IdClaims> => {
  const { issuer, clientId, nonce, keys, supported, confirmedSince } = expected
  const accepted = supported ? algorithms.filter((one) => supported.includes(one)) : algorithms
  const { payload } = await jwtVerify(token, keys, {
    issuer,
    audience: clientId,
    algorithms: accepted,
    requiredClaims: ['iss', 'sub', 'aud', 'exp', 'iat', 'nonce'],
    clockTolerance,
    currentDate: new Date(now),
  }).catch((error: unknown) => {
    if (error instanceof ProviderAway) throw error
    if (error instanceof errors.JWKSTimeout) throw new ProviderAway('The identity provider’s keys cannot be fetched.')
    throw new InvalidAnswer(`The ID token is refused: ${reasonOf(error)}.`)
  })
  const { sub, aud, azp, iat = 0, auth_time: authTime } = payload
  if (payload.nonce !== nonce) throw new InvalidAnswer('The ID token is refused: it has another nonce.')
  if (typeof sub !== 'string' || sub === '' || sub.length > 255) {
    throw new InvalidAnswer('The ID token is refused: its subject is not a text of 1 to 255 characters.')
  }
  if (Array.isArray(aud) && aud.length > 1 && azp === undefined) {
    throw new InvalidAnswer('The ID token is refused: it is for several clients and does not say which one asked.')
  }
  if (azp !== undefined && azp !== clientId) {
    throw new InvalidAnswer('The ID token is refused: another client asked for it.')
  }
  if (iat > now / 1000 + clockTolerance) throw new InvalidAnswer('The ID token is refused: it is from the future.')
  if (confirmedSince !== undefined) {
    const isFresh = typeof authTime === 'number' && authTime >= confirmedSince / 1000 - clockTolerance
    if (!isFresh) {
      throw new InvalidAnswer('The ID token is refused: it does not say that the person has just signed in.')
    }
  }
  return { ...payload, sub }
}

/** Returns the reason of a refusal by jose, in its closed set of words. */
const reasonOf = (error: unknown): string => {
  if (error instanceof errors.JWTClaimValidationFailed) return `the claim “${error.claim}” is wrong (${error.reason})`
  return error instanceof errors.JOSEError ? error.code : 'it cannot be read'
}

/** Returns the keys at an address. Keys are fetched again for an unknown key ID, at most each 30 seconds. */
export const remoteKeys = (address: string): JWTVerifyGetKey =>
  createRemoteJWKSet(new URL(address), {
    cooldownDuration: 30_000,
    cacheMaxAge: 10 * 60_000,
    [customFetch]: async (url, { headers }) => {
      const { status, text } = await fetchFromProvider(url, { headers })
      if (status !== 200) throw new ProviderAway(`The identity provider’s keys have the status ${status}.`)
      return new Response(text, { status })
    },
  })
