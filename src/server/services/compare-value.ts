import type { Deps } from '#server/deps.ts'
import { batchAuditRecords } from '#server/services/coalescing/batch-audit-records.ts'
import type { AuditContext } from '#server/store/trail/audit-event.ts'
import type { Scope } from '#shared/scope.ts'
import { dataKeyOf, readWithDataKeys } from './read-with-data-keys.ts'
import { admitComparison } from './throttle.ts'

/** A value to compare with a version of a secret. */
type Comparison = { teamId: string; scope: Scope; name: string; version: number; value: string }

type CompareDeps = Pick<Deps, 'store' | 'vault' | 'sha256' | 'now' | 'afterArrivals'>

/**
 * Returns a function that tells whether a value equals the stored one. The comparison is recorded before it answers.
 * Returns `null` without a comparison after too many wrong ones, or when that version is not the current one.
 */
export const valueComparer = (
  deps: CompareDeps,
): ((comparison: Comparison, context: AuditContext) => Promise<boolean | null>) => {
  const { store, vault, sha256 } = deps
  const record = batchAuditRecords(deps)

  return async ({ teamId, scope, name, version, value }, context) => {
    const [within] = await store.pairScopes(teamId, pairOf(scope))
    if (!within) return null
    const { held: holders, keys } = await readWithDataKeys(store, teamId, () => store.holders(teamId, [within], [name]))
    const [held] = holders
    if (held?.holder.version !== version) return null
    const takeBack = await admitComparison(deps, { teamId, scope, name, personId: context.by.id })
    if (!takeBack) return null

    const { sealed } = held
    const stored = await vault.open(dataKeyOf(keys, sealed), { teamId, scopeId: scope.id, name, version }, sealed)
    const isSame = isEqual(await sha256(stored), await sha256(value))

    const detail = `version ${version}: ${isSame ? 'the same' : 'another value'}`
    await record({ teamId, context, event: { action: 'secret.compare', scope: within, name, detail } })
    if (isSame) await takeBack()
    return isSame
  }
}

const pairOf = ({ kind, id }: Scope) =>
  kind === 'project' ? { projectId: id } : kind === 'cluster' ? { clusterId: id } : {}

/** Compares two digests in constant time. */
const isEqual = (one: string, other: string): boolean => {
  let difference = one.length ^ other.length
  for (let at = 0; at < one.length; at++) difference |= one.charCodeAt(at) ^ other.charCodeAt(at)
  return difference === 0
}
