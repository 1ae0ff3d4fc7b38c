import * as z from 'zod'
import { fetchFromProvider, ProviderAway, parseObject } from './fetch-from-provider.ts'

const minute = 60_000
/** How long a discovery document is used, and how soon after a failure it is asked for again. */
const freshFor = 60 * minute
const retryAfter = 5000

const loopback = new Set(['localhost', '127.0.0.1', '[::1]'])

/** Returns whether an address is https, or on this machine. */
export const isProtected = (address: string): boolean => {
  if (!URL.canParse(address)) return false
  const { protocol, hostname, username, password } = new URL(address)
  if (username !== '' || password !== '') return false
  return protocol === 'https:' || (protocol === 'http:' && loopback.has(hostname))
}

const endpoint = z.string().refine(isProtected)

const metadata = z.object({
  issuer: z.string(),
  authorization_endpoint: endpoint,
  token_endpoint: endpoint,
  jwks_uri: endpoint,
  userinfo_endpoint: z.string().optional(),
  token_endpoint_auth_methods_supported: z.array(z.string()).optional(),
  id_token_signing_alg_values_supported: z.array(z.string()).optional(),
  authorization_response_iss_parameter_supported: z.boolean().optional(),
})

/** What an identity provider publishes about itself. */
export type ProviderMetadata = z.output<typeof metadata>

/** Returns the address of the discovery document of an issuer. */
export const discoveryAddress = (issuer: string): string =>
  `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`

/**
 * Returns a function that fetches the discovery document at its first call, and again each hour. Concurrent calls share
 * one request. An old document is used on while the provider is away.
 */
export const discoverer = (issuer: string, now: () => number): (() => Promise<ProviderMetadata>) => {
  let known: { at: number; metadata: ProviderMetadata } | undefined
  let failed: { at: number; error: ProviderAway } | undefined
  let running: Promise<ProviderMetadata> | undefined

  const isWithin = (at: number, time: number) => Math.abs(now() - at) < time

  const discover = async (): Promise<ProviderMetadata> => {
    try {
      const { status, text } = await fetchFromProvider(discoveryAddress(issuer), {
        headers: { accept: 'application/json' },
      })
      if (status !== 200) throw new ProviderAway(`The identity provider’s discovery document has the status ${status}.`)
      const parsed = metadata.safeParse(parseObject(text))
      if (!parsed.success) {
        const field = parsed.error.issues[0]?.path.join('.') ?? ''
        throw new ProviderAway(`The identity provider’s discovery document is invalid: ${field}.`)
      }
      // A document of another issuer would have its tokens verified against the wrong keys.
      if (parsed.data.issuer !== issuer) {
        throw new ProviderAway('The identity provider’s discovery document names another issuer than OIDC_ISSUER.')
      }
      known = { at: now(), metadata: parsed.data }
      failed = undefined
      return parsed.data
    } catch (error) {
      if (!(error instanceof ProviderAway)) throw error
      failed = { at: now(), error }
      if (known) return known.metadata
      throw error
    } finally {
      running = undefined
    }
  }

  return async () => {
    if (known && isWithin(known.at, freshFor)) return known.metadata
    if (failed && isWithin(failed.at, retryAfter)) {
      if (known) return known.metadata
      throw failed.error
    }
    running ??= discover()
    return running
  }
}
