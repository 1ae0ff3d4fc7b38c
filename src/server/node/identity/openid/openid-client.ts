import { authorizationCodeRequest, createAuthorizationURL } from 'better-auth/oauth2'
import type { JWTVerifyGetKey } from 'jose'
import type { OpenidSettings } from '#server/node/identity/openid/openid-settings.ts'
import { discoverer, isProtected, type ProviderMetadata } from './discovery.ts'
import { fetchFromProvider, ProviderAway, parseObject } from './fetch-from-provider.ts'
import { type IdClaims, InvalidAnswer, remoteKeys, verifyIdToken } from './verify-id-token.ts'

/** The secrets of one sign-in, which the provider's answer must match. */
export type Exchange = { state: string; nonce: string; codeVerifier: string }

export type OpenidClient = ReturnType<typeof createOpenidClient>

/** The longest ID token and access token that are read. */
const longestToken = 64 * 1024

/**
 * Talks to the identity provider. better-auth builds the requests; they are sent with limits of time and size, and the ID
 * token is verified here. The generic-oauth plugin would join accounts by email, and has no such limits.
 */
export const createOpenidClient = (settings: OpenidSettings, redirectUri: string, now: () => number) => {
  const { issuer, clientId, clientSecret, scopes } = settings
  const discover = discoverer(issuer, now)
  const options = { clientId, clientSecret, redirectURI: redirectUri }
  let keys: { address: string; get: JWTVerifyGetKey } | undefined

  const keysOf = (metadata: ProviderMetadata): JWTVerifyGetKey => {
    if (keys?.address !== metadata.jwks_uri) {
      keys = { address: metadata.jwks_uri, get: remoteKeys(metadata.jwks_uri) }
    }
    return keys.get
  }

  const tokensFor = async (metadata: ProviderMetadata, code: string, codeVerifier: string) => {
    const methods = metadata.token_endpoint_auth_methods_supported
    const { body, headers } = await authorizationCodeRequest({
      code,
      codeVerifier,
      redirectURI: redirectUri,
      options,
      tokenEndpoint: metadata.token_endpoint,
      // The default of OpenID Connect Discovery, when a provider names none.
      authentication: !methods || methods.includes('client_secret_basic') ? 'basic' : 'post',
    })
    const { status, text } = await fetchFromProvider(metadata.token_endpoint, { method: 'POST', headers, body })
    if (status >= 500)
      throw new ProviderAway(`The identity provider’s token endpoint answers with the status ${status}.`)
    const answer = parseObject(text)
    if (status !== 200) throw new InvalidAnswer(`The identity provider refuses the code: ${errorIn(answer) ?? status}.`)
    const idToken = textIn(answer, 'id_token')
    if (idToken === undefined) throw new InvalidAnswer('The identity provider sent no ID token.')
    return { idToken, accessToken: textIn(answer, 'access_token') }
  }

  /** Returns the claims at the userinfo endpoint, where some providers keep names and groups. */
  const userInfo = async ({ userinfo_endpoint: address }: ProviderMetadata, accessToken: string, sub: string) => {
    if (address === undefined || !isProtected(address)) return {}
    const headers = { authorization: `Bearer ${accessToken}`, accept: 'application/json' }
    const { status, text } = await fetchFromProvider(address, { headers })
    if (status !== 200) return {}
    const claims = parseObject(text)
    if (textIn(claims, 'sub') !== sub) throw new InvalidAnswer('The userinfo endpoint answers for another person.')
    return claims
  }

  return {
    /**
     * Returns the address where the browser signs in. With `confirm`, the provider asks for credentials again. Throws
     * {@link ProviderAway}.
     */
    address: async ({ state, nonce, codeVerifier }: Exchange, { confirm }: { confirm: boolean }): Promise<string> => {
      const { authorization_endpoint: authorizationEndpoint } = await discover()
      const url = await createAuthorizationURL({
        id: 'openid',
        options,
        authorizationEndpoint,
        redirectURI: redirectUri,
        state,
        nonce,
        codeVerifier,
        scopes: [...scopes],
        ...(confirm ? { prompt: 'login', additionalParams: { max_age: '0' } } : {}),
      })
      return url.href
    },

    /**
     * Trades a code for the verified claims of a person. `confirmedSince`, in milliseconds, asks for a sign-in since
     * then. Throws {@link InvalidAnswer} and {@link ProviderAway}.
     */
    claims: async (
      { code, iss }: { code: string; iss: string | undefined },
      { nonce, codeVerifier }: Omit<Exchange, 'state'>,
      { confirmedSince }: { confirmedSince: number | undefined },
    ): Promise<IdClaims> => {
      const metadata = await discover()
      // RFC 9207: an answer of another provider must not reach this one's token endpoint.
      const isIssRequired = metadata.authorization_response_iss_parameter_supported === true
      if (iss === undefined ? isIssRequired : iss !== issuer) {
        throw new InvalidAnswer('The answer comes from another identity provider.')
      }
      const { idToken, accessToken } = await tokensFor(metadata, code, codeVerifier)
      const expected = {
        issuer,
        clientId,
        nonce,
        keys: keysOf(metadata),
        supported: metadata.id_token_signing_alg_values_supported,
        confirmedSince,
      }
      const claims = await verifyIdToken(idToken, expected, now())
      if (confirmedSince !== undefined || accessToken === undefined) return claims
      // What is signed wins.
      return { ...(await userInfo(metadata, accessToken, claims.sub)), ...claims }
    },
  }
}

const textIn = (answer: object, field: string): string | undefined => {
  const text: unknown = Reflect.get(answer, field)
  return typeof text === 'string' && text !== '' && text.length <= longestToken ? text : undefined
}

/** Returns the code of an error, which is of a closed set. Its description is free text and goes nowhere. */
const errorIn = (answer: object): string | undefined => {
  const error = textIn(answer, 'error')
  return error !== undefined && /^[a-z_]{1,60}$/.test(error) ? error : undefined
}
