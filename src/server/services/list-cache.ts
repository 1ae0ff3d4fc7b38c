import type { Deps } from '#server/deps.ts'
import { shareLookups } from '#server/services/coalescing/gather-requests.ts'
import type { Store } from '#server/store/open-store.ts'
import type { SecretQuery } from '#server/store/secrets/secret-store.ts'
import type { Page } from '#shared/page.ts'
import type { Scope } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'
import { type JsonBytes, jsonBytes } from './json-bytes.ts'

/** Answers lists as the bytes of their JSON. */
export type ListCache = (teamId: string, scope: Scope, query: SecretQuery) => Promise<JsonBytes<Page<Secret>>>

type ListDeps = Pick<Deps, 'afterArrivals'> & { store: Pick<Store, 'listSecrets' | 'revision'> }

/** At most some 20 KB each. */
const mostKept = 500

/**
 * Keeps the answers to the lists that were asked for last, each for the revision of its scope. Every answer asks the
 * database for that revision, so that it is right whichever process wrote; it saves reading, converting and printing
 * the same hundred rows again. Lists hold names and dates only. Those with overlaps or uses depend on
 * more than that: they are not kept.
 */
export const createListCache = ({ store, afterArrivals }: ListDeps): ListCache => {
  const revisions = shareLookups<number>(afterArrivals)
  const kept = new Map<string, { revision: number; json: JsonBytes<Page<Secret>> }>()
  return async (teamId, scope, query) => {
    if (query.overlaps || query.lastUse || query.unused !== undefined)
      return jsonBytes(await store.listSecrets(teamId, scope, query))
    // Before the list: what is written in between makes the next answer read again, never this one stale.
    const revision = await revisions(`${teamId}/${scope.kind}/${scope.id}`, () => store.revision(teamId, scope))
    const { limit, after, q, orderBy, order } = query
    const key = JSON.stringify([teamId, scope.kind, scope.id, limit, after, q, orderBy, order])
    const known = kept.get(key)
    if (known?.revision === revision) return known.json
    const json = jsonBytes(await store.listSecrets(teamId, scope, query))
    kept.delete(key)
    kept.set(key, { revision, json })
    if (kept.size > mostKept) {
      const [oldest] = kept.keys()
      if (oldest !== undefined) kept.delete(oldest)
    }
    return json
  }
}
