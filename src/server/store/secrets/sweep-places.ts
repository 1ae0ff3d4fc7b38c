import type { Kysely } from 'kysely'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import { eraseTeam } from '#server/store/people/team-store.ts'
import type { AppendAudit } from '#server/store/trail/append-audit.ts'
import { eraseScope } from './scope-trash.ts'
import { day } from './trash-store.ts'

type Parts = { kind: DatabaseKind; append: AppendAudit; trashDays: number; erase: () => Promise<void> }

/** Returns a function that erases teams, projects and clusters deleted more than `trashDays` ago, with audit records. */
export const placeSweep = (db: Kysely<Schema>, { kind, append, trashDays, erase }: Parts) => {
  const why = `after ${trashDays} day${trashDays === 1 ? '' : 's'} in the trash`

  /** Erases one expired team. Returns `false` when there is none that no other process erases. */
  const sweepTeam = (until: number, at: number): Promise<boolean> =>
    db.transaction().execute(async (trx) => {
      const expired = trx
        .selectFrom('team')
        .select(['id', 'name', 'namespace'])
        .where('deleted_at', '<=', until)
        .orderBy('deleted_at')
        .limit(1)
      const team = await (kind === 'postgres' ? expired.forUpdate().skipLocked() : expired).executeTakeFirst()
      if (!team) return false
      const event = await eraseTeam(trx, { ...team, at })
      await append(trx, team.id, { by: null, at }, { ...event, detail: `${why}: ${event.detail}` })
      return true
    })

  /** Erases one expired project or cluster. Returns as {@link sweepTeam} does. */
  const sweepScope = (until: number, at: number): Promise<boolean> =>
    db.transaction().execute(async (trx) => {
      const expired = trx
        .selectFrom('scope')
        .select(['team_id', 'id', 'kind', 'name', 'secrets'])
        .where('deleted_at', '<=', until)
        .where('kind', '<>', 'team')
        .orderBy('deleted_at')
        .limit(1)
      const scope = await (kind === 'postgres' ? expired.forUpdate().skipLocked() : expired).executeTakeFirst()
      if (!scope || scope.kind === 'team') return false
      const event = await eraseScope(trx, scope.team_id, { ...scope, kind: scope.kind })
      await append(trx, scope.team_id, { by: null, at }, { ...event, detail: `${why}, ${event.detail}` })
      return true
    })

  return async (at: number): Promise<void> => {
    const until = at - trashDays * day
    let erased = false
    for (const sweep of [sweepTeam, sweepScope]) while (await sweep(until, at)) erased = true
    if (erased) await erase()
  }
}
