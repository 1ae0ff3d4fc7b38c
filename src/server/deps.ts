import type { Vault } from '#server/crypto/vault.ts'
import type { Sha256 } from '#server/crypto/web-crypto.ts'
import type { Identity, Principal } from '#server/identity/identity.ts'
import type { StreamLimits } from '#server/live/event-stream.ts'
import type { Store } from '#server/store/open-store.ts'
import type { Team } from '#shared/people/session.ts'

/** One answered request, for the log. Nothing in it comes from a body or a header as it was sent. */
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

/** What is known of a request beside itself. */
export type RequestSource = { requestId: string; from(): string }

/** All that the API needs from outside. */
export type Deps = {
  store: Store
  vault: Vault
  identity: Identity
  /** Tells who a request comes from, or nobody. */
  authenticate(request: Request, about: RequestSource): Promise<Principal | undefined>
  /** SHA-256, which keys and invites are kept as. */
  sha256: Sha256
  /** The one-time token that opens set-up. */
  setupToken: string
  /** Milliseconds since 1970. */
  now(): number
  /** The version of the product, like `0.1.0`. */
  version: string
  /** How many days the store keeps what was deleted, to be told to people. */
  trashDays?: number
  /** Where people reach the server, if that is configured: its host is the only one that is answered. */
  publicUrl?: URL | undefined
  /** Whether a `Host` header names this server. Without it, any does. */
  acceptsHost?(host: string): boolean
  /** The network address that a request came from; `env` is what the HTTP server passed along. */
  clientAddress(env: unknown): string
  /**
   * Runs something once the requests that have arrived by now are taken in, so that they can share a look-up.
   * A look-up that runs then is newer than all of them.
   */
  afterArrivals(run: () => void): void
  /** Is aborted when the server stops: streams that have no end of their own end then. */
  stopping?: AbortSignal
  /** Ends the connection that a request came by, at once; `env` as for {@link clientAddress}. */
  closeConnection?(env: unknown): void
  /** Other limits for streams of changes than those that they have. */
  streamLimits?: Partial<StreamLimits>
  log: {
    request(entry: RequestLog): void
    /** Something that should not have happened; the request was answered with `INTERNAL_SERVER_ERROR`. */
    error(error: unknown, entry: { requestId: string }): void
    /** Why requests are answered with `UNAVAILABLE`: the first of them in a minute, and not each. */
    unavailable?(error: unknown, entry: { requestId: string }): void
  }
  /** Is told of each answer with values how many secrets' they were. Without it, nobody counts. */
  resolved?: ((secrets: number) => void) | undefined
}

export type Env = {
  Variables: {
    requestId: string
    /** The pattern of the route that the request is for, such as `/v1/projects/:id`. Not set when there is none. */
    route: string
    principal: Principal
    /** The team that the request is about, which the principal belongs to. Not set for routes that are about a person. */
    team: Team
    /** The request's JSON, of any shape, if it has a body. */
    body: unknown
  }
}
