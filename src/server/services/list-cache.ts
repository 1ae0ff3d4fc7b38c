import type { Deps } from '#server/deps.ts'
import { shareLookups } from '#server/services/coalescing/gather-requests.ts'
import type { Store } from '#server/store/open-store.ts'
import type { SecretQuery } from '#server/store/secrets/secret-store.ts'
import type { Page } from '#shared/page.ts'
import type { Scope } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'
import { type JsonBytes, jsonBytes } from './json-bytes.ts'

/** Returns a list as the bytes of its JSON. */
export type ListCache = (teamId: string, scope: Scope, query: SecretQuery) => Promise<JsonBytes<Page<Secret>>>

type ListDeps = Pick<Deps, 'afterArrivals'> & { store: Pick<Store, 'listSecrets' | 'revision'> }

/** Maximum number of cached lists, of up to about 20 KB each. */
const maxCached = 500

/**
 * Caches recent lists, each with the revision of its scope. Every request reads that revision from the database, so that
 * the cache is right whichever process wrote. It saves reading, converting and serializing the same hundred rows again.
 * Lists contain only names and dates. Lists with overlaps or uses depend on more than the revision: they are not cached.
 */
export const createListCache = ({ store, afterArrivals }: ListDeps): ListCache => {
  const revisions = shareLookups<number>(afterArrivals)
  const cached = new Map<string, { revision: number; json: JsonBytes<Page<Secret>> }>()
  return async (teamId, scope, query) => {
    if (query.overlaps || query.lastUse || query.unused !== undefined)
      return jsonBytes(await store.listSecrets(teamId, scope, query))
    // Read before the list: a write in between makes the next request read again, and never this answer stale.
    const revision = await revisions(`${teamId}/${scope.kind}/${scope.id}`, () => store.revision(teamId, scope))
    const { limit, after, q, orderBy, order } = query
    const key = JSON.stringify([teamId, scope.kind, scope.id, limit, after, q, orderBy, order])
    const known = cached.get(key)
    if (known?.revision === revision) return known.json
    const json = jsonBytes(await store.listSecrets(teamId, scope, query))
    cached.delete(key)
    cached.set(key, { revision, json })
    if (cached.size > maxCached) {
      const [oldest] = cached.keys()
      if (oldest !== undefined) cached.delete(oldest)
    }
    return json
  }
}
