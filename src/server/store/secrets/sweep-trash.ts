import type { Kysely, Transaction } from 'kysely'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import type { AppendAll } from '#server/store/trail/append-audit.ts'
import { day } from './trash-store.ts'

/** The maximum number of deletes in a transaction, which limits how long others wait. */
const batchSize = 100

type Parts = { kind: DatabaseKind; appendAll: AppendAll; trashDays: number; erase: () => Promise<void> }

/** Returns a function that deletes trash entries older than `trashDays`, with audit records. */
export const trashSweep = (db: Kysely<Schema>, { kind, appendAll, trashDays, erase }: Parts) => {
  const detail = `after ${trashDays} day${trashDays === 1 ? '' : 's'} in the trash`

  /** Deletes some of a team's expired secrets and returns how many. Skips those that another process deletes. */
  const sweepBatch = async (trx: Transaction<Schema>, teamId: string, until: number, at: number): Promise<number> => {
    const expired = trx
      .selectFrom('trash')
      .innerJoin('scope', (join) =>
        join.onRef('scope.team_id', '=', 'trash.team_id').onRef('scope.id', '=', 'trash.scope_id'),
      )
      .select(['trash.id', 'trash.name', 'scope.kind', 'scope.id as scope_id', 'scope.name as scope_name'])
      .where('trash.team_id', '=', teamId)
      .where('trash.deleted_at', '<=', until)
      .orderBy('trash.deleted_at')
      .limit(batchSize)
    const rows = await (kind === 'postgres' ? expired.forUpdate('trash').skipLocked() : expired).execute()
    if (rows.length === 0) return 0
    await trx
      .deleteFrom('trash')
      .where('team_id', '=', teamId)
      .where(
        'id',
        'in',
        rows.map(({ id }) => id),
      )
      .execute()
    const entries = rows.map(({ name, kind, scope_id: id, scope_name }) => ({
      context: { by: null, at },
      event: { action: 'secret.purge' as const, scope: { kind, id, name: scope_name }, name, detail },
    }))
    await appendAll(trx, teamId, entries)
    return rows.length
  }

  return async (at: number): Promise<void> => {
    const until = at - trashDays * day
    const teams = await db.selectFrom('trash').select('team_id').distinct().where('deleted_at', '<=', until).execute()
    for (const { team_id: teamId } of teams) {
      let deleted = batchSize
      while (deleted === batchSize)
        deleted = await db.transaction().execute((trx) => sweepBatch(trx, teamId, until, at))
    }
    if (teams.length > 0) await erase()
  }
}
