import { type Kysely, sql, type Transaction } from 'kysely'
import { prepared, preparedCommand } from '#server/store/db/prepared-statement.ts'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import type { AuditContext } from '#server/store/trail/audit-event.ts'
import { minUseInterval } from '#shared/workload/secret-use.ts'
import type { Pair } from '#shared/workload/workload.ts'

/** The versions of secrets that a workload is about to get, on which pair. */
export type WorkloadUse = { pair: Pair; secrets: readonly { scopeId: string; name: string; version: number }[] }

type Entry = { context: AuditContext<AuditContext['by'] | null>; used?: WorkloadUse }

/** Records the uses of secrets by the keys of a team, in the transaction of the audit records. */
export type RecordUses = (trx: Transaction<Schema>, teamId: string, entries: readonly Entry[]) => Promise<void>

/** The minimum time that a use is kept after a newer use of its secret, in milliseconds: 90 days. */
export const usageRetention = 90 * 24 * 3_600_000

/**
 * Returns the only function that writes uses. Call it after the head of the trail is locked, so that one transaction at
 * a time writes the uses of a team. It waits for no other lock: a secret that is being deleted is skipped.
 */
export const usageRecorder = (db: Kysely<Schema>, kind: DatabaseKind): RecordUses => {
  const each = (json: string) =>
    kind === 'postgres' ? sql`json_array_elements(${json}::json) as given(value)` : sql`json_each(${json}) as given`
  // Locks the secrets against deletion until the foreign key is checked. SQLite has one writer at a time.
  const lockSecrets = kind === 'postgres' ? sql`for key share of secret skip locked` : sql``

  const insertUses = prepared((given: { teamId: string; rows: string }) => ({
    compile: () =>
      sql<{ scope_id: string; name: string }>`
      insert into secret_use (
        team_id, scope_id, name, api_key_id, project_id, cluster_id, api_key_name, user_id, version, used_at
      )
      select
        secret.team_id, secret.scope_id, secret.name, given.value ->> 2, given.value ->> 3, given.value ->> 4,
        given.value ->> 5, given.value ->> 6, cast(given.value ->> 7 as integer), cast(given.value ->> 8 as bigint)
      -- “cross” keeps SQLite from walking all secrets of the team and looking each up in the list.
      from ${each(given.rows)} cross join secret
      where secret.team_id = ${given.teamId}
        and secret.scope_id = given.value ->> 0 and secret.name = given.value ->> 1
        -- A later version than the secret has is of another secret, deleted since.
        and secret.version >= cast(given.value ->> 7 as integer)
      ${lockSecrets}
      on conflict (team_id, scope_id, name, api_key_id, project_id, cluster_id) do update set
        api_key_name = excluded.api_key_name, user_id = excluded.user_id,
        version = excluded.version, used_at = excluded.used_at
      where secret_use.used_at <= excluded.used_at - ${minUseInterval} or secret_use.version < excluded.version
      returning scope_id, name`.compile(db),
  }))

  const deleteOld = preparedCommand((given: { teamId: string; before: number; secrets: string }) => ({
    compile: () =>
      sql`
      delete from secret_use
      where team_id = ${given.teamId} and used_at < ${given.before} and (scope_id, name) in (
        select given.value ->> 0, given.value ->> 1 from ${each(given.secrets)}
      )`.compile(db),
  }))

  return async (trx, teamId, entries) => {
    const rows = rowsOf(entries)
    if (rows.length === 0) return
    const recorded = await insertUses(trx, { teamId, rows: JSON.stringify(rows) })
    if (recorded.length === 0) return
    // These secrets have a newer use now, and are locked against deletion.
    const secrets = JSON.stringify(recorded.map(({ scope_id, name }) => [scope_id, name]))
    const newest = Math.max(...entries.map(({ context }) => context.at))
    await deleteOld(trx, { teamId, before: newest - usageRetention, secrets })
  }
}

/** Returns one row per secret, key and pair, with the newest version. An insert must not have a row twice. */
const rowsOf = (entries: readonly Entry[]): (string | number)[][] => {
  const rows = new Map<string, { version: number; row: (string | number)[] }>()
  for (const { context, used } of entries) {
    const { by, key, at } = context
    if (!by || !key || !used) continue
    const { projectId = '', clusterId = '' } = used.pair
    for (const { scopeId, name, version } of used.secrets) {
      const useKey = [scopeId, name, key.id, projectId, clusterId]
      const known = rows.get(useKey.join(' '))
      if (known && known.version >= version) continue
      rows.set(useKey.join(' '), { version, row: [...useKey, key.name, by.id, version, at] })
    }
  }
  return [...rows.values()].map(({ row }) => row)
}
