import type { Deps, RequestSource } from '#server/deps.ts'
import { shareLookups } from '#server/services/coalescing/gather-requests.ts'
import { oncePer } from '#server/services/coalescing/once-per.ts'
import type { KeyWithOwner } from '#server/store/people/api-key-store.ts'
import { Failure } from '#shared/failure.ts'
import { isInRanges, parseIp, parseIpRange } from '#shared/network/ip-address.ts'
import { isApiKey } from '#shared/people/api-key.ts'
import { authenticateBySession, type Principal } from './identity.ts'

const minute = 60_000

type AuthDeps = Pick<Deps, 'store' | 'identity' | 'sha256' | 'now' | 'afterArrivals'>

/** Returns a function that authenticates a request: by its API key if it has one, else by its session. */
export const authenticator = (deps: AuthDeps): Deps['authenticate'] => {
  const byKey = keyAuthenticator(deps)
  const bySession = authenticateBySession(deps.identity)
  // Not async itself: on a short request, each additional promise is measurable.
  return (request, about) => {
    try {
      const key = keyIn(request.headers)
      return key === undefined ? bySession(request, about) : byKey(key, about)
    } catch (error) {
      return Promise.reject(error)
    }
  }
}

/** Returns the key in a request's headers. Ignores an empty header, which clients without a key send. */
const keyIn = (headers: Headers): string | undefined => {
  const authorization = headers.get('authorization')
  const bearer = authorization === null ? undefined : /^Bearer +(\S+) *$/i.exec(authorization)?.[1]
  const plain = headers.get('x-api-key')?.trim() || undefined
  if (bearer !== undefined && plain !== undefined && bearer !== plain) {
    throw new Failure('BAD_REQUEST', 'Two different API keys were sent. Send one, as “Authorization” or “X-API-Key”.')
  }
  return bearer ?? plain
}

/**
 * Looks a key up at each request, so that a revoked key is refused from the next request on. A mistyped key fails its
 * checksum and costs no lookup.
 */
const keyAuthenticator = ({
  store,
  sha256,
  now,
  afterArrivals,
}: Omit<AuthDeps, 'identity'>): ((key: string, about: RequestSource) => Promise<Principal>) => {
  const lookUp = shareLookups<{ owner: KeyWithOwner; principal: Principal } | undefined>(afterArrivals)
  const find = async (digest: string) => {
    const owner = await store.keyOwner(digest)
    return owner && { owner, principal: principalOf(owner) }
  }
  // A forgotten job may try an expired key each second.
  const isFirstThisMinute = oncePer(minute, now)

  const recordRefused = async ({ id, name, user, team }: KeyWithOwner, why: string, about: RequestSource) => {
    if (!isFirstThisMinute(`${id} ${why}`)) return
    const context = { by: user, key: { id, name }, at: now(), from: about.from(), requestId: about.requestId }
    await store.record(team.id, context, { action: 'key.refused', name, detail: why })
  }

  const refuse = async (owner: KeyWithOwner, why: string, about: RequestSource): Promise<never> => {
    await recordRefused(owner, why, about)
    throw new Failure('UNAUTHORIZED', `This API key ${why}. Make a new one in the team settings.`)
  }

  const refuseElsewhere = async (owner: KeyWithOwner, about: RequestSource): Promise<never> => {
    await recordRefused(owner, 'came from an address that is not one of its own', about)
    throw new Failure(
      'FORBIDDEN',
      `The API key “${owner.name}” is not accepted from ${about.from()}. It has a list of addresses: see it in the team settings.`,
    )
  }

  return async (key, about) => {
    if (!isApiKey(key))
      throw new Failure('UNAUTHORIZED', 'This is no API key: it is mistyped or cut off. Copy all of it.')
    const hashed = sha256(key)
    const digest = typeof hashed === 'string' ? hashed : await hashed
    const found = await lookUp(digest, () => find(digest))
    if (!found) throw new Failure('UNAUTHORIZED', 'This API key is not known here. Make one in the team settings.')
    const { owner, principal } = found
    const at = now()
    if (owner.revokedAt !== null) await refuse(owner, 'was revoked', about)
    if (owner.deletedPlace !== undefined) await refuse(owner, `is of a ${owner.deletedPlace} that was deleted`, about)
    if (owner.expiresAt !== null && owner.expiresAt <= at) await refuse(owner, 'has expired', about)
    if (owner.addresses.length > 0 && !isAcceptedFrom(owner.addresses, about.from()))
      await refuseElsewhere(owner, about)
    if (owner.lastUsedAt === null || at - owner.lastUsedAt >= minute) {
      await store.noteKeyUse(owner.id, { at, from: about.from(), notSince: at - minute }).catch(unlessUnavailable)
    }
    return principal
  }
}

const isAcceptedFrom = (addresses: readonly string[], from: string): boolean => {
  const address = parseIp(from)
  const ranges = addresses.flatMap((text) => parseIpRange(text) ?? [])
  return address !== undefined && isInRanges(address, ranges)
}

/** Ignores `UNAVAILABLE`: reads go on while the database takes no writes, as on a full disk. */
const unlessUnavailable = (error: unknown): void => {
  if (!(error instanceof Failure && error.code === 'UNAVAILABLE')) throw error
}

const principalOf = (owner: KeyWithOwner): Principal => {
  const { id, name, access, projectId, clusterId, expiresAt, isOfClosedProject, ofTeam, addresses, user, team } = owner
  const limits = { access, projectId, clusterId, expiresAt, isOfClosedProject, ofTeam, addresses }
  return { user, teams: [team], key: { id, name, ...limits } }
}
