import type { Vault } from '#server/crypto/vault.ts'
import type { Sha256 } from '#server/crypto/web-crypto.ts'
import type { Identity, Principal } from '#server/identity/identity.ts'
import type { StreamLimits } from '#server/live/event-stream.ts'
import type { Devices } from '#server/services/device-cookie.ts'
import type { BucketSize } from '#server/services/token-buckets.ts'
import type { Store } from '#server/store/open-store.ts'
import type { PasswordSignIn } from '#shared/people/openid.ts'
import type { Membership } from '#shared/people/session.ts'
import type { TeamCreators } from '#shared/people/team.ts'

/** The log entry of one request. Contains nothing of its body, and no header as it was sent. */
export type RequestLog = {
  requestId: string
  method: string
  /** The pattern that matched, such as `/v1/projects/:id/secrets/:name`, so that no name or ID is logged. */
  route: string
  status: number
  /** How long the answer took, in milliseconds. */
  ms: number
  /** The IDs of the person and of the API key that it came from, once they are known. */
  by?: string
  key?: string
}

/**
 * The id of a request and the network address that it came from. `isPassive` is set when an open stream is checked
 * again, which nobody asked for at that moment.
 */
export type RequestSource = { requestId: string; from(): string; isPassive?: boolean }

/** The dependencies of the API. */
export type Deps = {
  store: Store
  vault: Vault
  identity: Identity
  /** Recognises browsers that signed in before. */
  devices: Devices
  /** Returns who a request comes from; `undefined` when it has no session and no key. */
  authenticate(request: Request, about: RequestSource): Promise<Principal | undefined>
  /** Hashes keys and invites, which are stored as their SHA-256. */
  sha256: Sha256
  /** Who may sign in with a password. Default: everybody. */
  passwordSignIn?: PasswordSignIn
  /** The one-time token that opens set-up. */
  setupToken: string
  /** Milliseconds since 1970. */
  now(): number
  /** The version of the product, like `0.1.0`. */
  version: string
  /** How many days deleted secrets can be restored. Sessions include it, so that the console can show it. */
  trashDays?: number
  /** Who may make another team. People who own one, by default. */
  teamCreation?: TeamCreators
  /** The configured public address. With it, requests for other hosts are refused. */
  publicUrl?: URL | undefined
  /** Requests that one person, key or stranger's address may send; without it, any number. */
  requestRate?: BucketSize | undefined
  /** Returns whether a `Host` header names this server. Without this function, every host is accepted. */
  acceptsHost?(host: string): boolean
  /** Returns the network address that a request came from; `env` is what the HTTP server passed with the request. */
  clientAddress(env: unknown): string
  /**
   * Runs a function in the next turn of the event loop, after the requests that have already arrived were read, so that
   * they can share a lookup. The result of a lookup that starts then is newer than each of them.
   */
  afterArrivals(run: () => void): void
  /** Is aborted when the server stops, to end open streams. */
  stopping?: AbortSignal
  /** Closes the connection of a request at once; `env` as for {@link clientAddress}. */
  closeConnection?(env: unknown): void
  /** Overrides default limits of streams of changes. */
  streamLimits?: Partial<StreamLimits>
  log: {
    request(entry: RequestLog): void
    /** Logs an unexpected error; the request was answered with `INTERNAL_SERVER_ERROR`. */
    error(error: unknown, entry: { requestId: string }): void
    /** Logs why requests are answered with `UNAVAILABLE`, at most once a minute. */
    unavailable?(error: unknown, entry: { requestId: string }): void
  }
  /** Counts the secrets whose values one answer contains, for the metrics. */
  countResolved?: ((secrets: number) => void) | undefined
}

export type Env = {
  Variables: {
    requestId: string
    /** Whether people use the server by https. Not set when they do not. */
    secure: true
    /** The pattern of the route that the request is for, such as `/v1/projects/:id`. Not set when there is none. */
    route: string
    principal: Principal
    /** The team that the request is about; the principal belongs to it. Not set for routes about a person. */
    team: Membership
    /** The parsed JSON of the body, not validated yet. Not set without a body. */
    body: unknown
  }
}
