import { type Kysely, sql, type Transaction } from 'kysely'
import { prepared, preparedCommand } from '#server/store/db/prepared-statement.ts'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import type { AuditContext } from '#server/store/trail/audit-event.ts'
import { useNotedEvery } from '#shared/workload/secret-use.ts'
import type { Pair } from '#shared/workload/workload.ts'

/** Which secrets of which versions a workload is about to get, on which pair. */
export type WorkloadUse = { pair: Pair; secrets: readonly { scopeId: string; name: string; version: number }[] }

type Entry = { context: AuditContext<AuditContext['by'] | null>; used?: WorkloadUse }

/** Notes what the keys of a team got, in the transaction that puts it on record. */
export type RecordUses = (trx: Transaction<Schema>, teamId: string, entries: readonly Entry[]) => Promise<void>

/** How long, in milliseconds, a use is kept at least that is not the newest of its secret: 90 days. */
export const usesKept = 90 * 24 * 3_600_000

/**
 * Makes the one function that writes uses. To be called after the trail's head is locked, so that the uses of one team
 * are written by one at a time. It takes secrets as they are by then and waits for nobody: one that is being deleted is
 * passed over.
 */
export const usageRecorder = (db: Kysely<Schema>, kind: DatabaseKind): RecordUses => {
  const each = (json: string) =>
    kind === 'postgres' ? sql`json_array_elements(${json}::json) as given(value)` : sql`json_each(${json}) as given`
  // Keeps the secrets from being deleted before the foreign key is checked. SQLite has one writer at a time anyway.
  const held = kind === 'postgres' ? sql`for key share of secret skip locked` : sql``

  const note = prepared((given: { teamId: string; rows: string }) => ({
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
        -- Of a later version than the secret has, it was another, deleted since.
        and secret.version >= cast(given.value ->> 7 as integer)
      ${held}
      on conflict (team_id, scope_id, name, api_key_id, project_id, cluster_id) do update set
        api_key_name = excluded.api_key_name, user_id = excluded.user_id,
        version = excluded.version, used_at = excluded.used_at
      where secret_use.used_at <= excluded.used_at - ${useNotedEvery} or secret_use.version < excluded.version
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
    const noted = await note(trx, { teamId, rows: JSON.stringify(rows) })
    if (noted.length === 0) return
    // What has a use of now is held by now, and its old ones are not its newest.
    const secrets = JSON.stringify(noted.map(({ scope_id, name }) => [scope_id, name]))
    const newest = Math.max(...entries.map(({ context }) => context.at))
    await deleteOld(trx, { teamId, before: newest - usesKept, secrets })
  }
}

/** One row a secret, key and pair, as an insert must have it: of several, the one of the newest version. */
const rowsOf = (entries: readonly Entry[]): (string | number)[][] => {
  const rows = new Map<string, { version: number; row: (string | number)[] }>()
  for (const { context, used } of entries) {
    const { by, key, at } = context
    if (!by || !key || !used) continue
    const { projectId = '', clusterId = '' } = used.pair
    for (const { scopeId, name, version } of used.secrets) {
      const place = [scopeId, name, key.id, projectId, clusterId]
      const known = rows.get(place.join(' '))
      if (known && known.version >= version) continue
      rows.set(place.join(' '), { version, row: [...place, key.name, by.id, version, at] })
    }
  }
  return [...rows.values()].map(({ row }) => row)
}
