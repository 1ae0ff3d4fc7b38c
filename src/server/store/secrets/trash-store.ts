import type { Kysely, Transaction } from 'kysely'
import { newId } from '#server/crypto/make-id.ts'
import { contains, decodeCursor, type NewestQuery, pageFrom, rowsToRead } from '#server/store/db/pagination.ts'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import { ownerName } from '#server/store/people/owner-name.ts'
import type { SecretFinder } from '#server/store/secrets/write-conditions.ts'
import type { RequireRoom } from '#server/store/team-limits.ts'
import type { AppendAudit } from '#server/store/trail/append-audit.ts'
import type { AuditContext } from '#server/store/trail/audit-event.ts'
import { Failure } from '#shared/failure.ts'
import type { Page, PageQuery } from '#shared/page.ts'
import type { Plan } from '#shared/plans/plan.ts'
import { noSuchScope, type Scope } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'
import type { Trashed, TrashedSecret } from '#shared/trash.ts'
import type { CheckedByPlan, ConfirmedPlan, Planner, PlanView } from './plan-changes.ts'
import { findScope } from './plan-reads.ts'
import { toSecret } from './secret-statements.ts'
import { lockSecret, moveFromTrash, moveToTrash } from './trash-statements.ts'
import { checkCondition, noSuchSecret, takenName, type WriteCondition } from './write-conditions.ts'

type TrashQuery = NewestQuery & Pick<PageQuery, 'q'>

export type TrashStore = {
  /** Moves a secret to the trash, with its versions and its uses. */
  deleteSecret(
    teamId: string,
    scope: Scope,
    name: string,
    how: Pick<WriteCondition, 'ifMatch'> & AuditContext & ConfirmedPlan,
  ): CheckedByPlan<Trashed>
  /** Lists the deleted secrets of a scope, newest first. */
  listTrash(teamId: string, scope: Scope, query: TrashQuery): Promise<Page<TrashedSecret>>
  /** Restores a deleted secret. Throws `CONFLICT` when its name is taken, case-insensitively. */
  restoreTrashed(teamId: string, scope: Scope, id: string, context: AuditContext & ConfirmedPlan): CheckedByPlan<Secret>
  /** Returns the plan of restoring it. Throws the same errors as the restore. Changes nothing. */
  planRestoreTrashed(teamId: string, scope: Scope, id: string, view: PlanView): Promise<Plan>
  /** Deletes a deleted secret permanently, with all its versions. */
  purgeTrashed(teamId: string, scope: Scope, id: string, context: AuditContext): Promise<void>
}

type Parts = SecretFinder & {
  kind: DatabaseKind
  append: AppendAudit
  plans: Planner
  trashDays: number
  requireRoom: RequireRoom
  /** Removes deleted data from the files of the database, as far as the database can. */
  erase: () => Promise<void>
}

/** Milliseconds. */
export const day = 24 * 3_600_000

/** Stores deleted secrets. */
export const trashStore = (
  db: Kysely<Schema>,
  { statements, nextRevision, kind, append, plans, trashDays, erase, requireRoom }: Parts,
): TrashStore => {
  const trashedOf = ({ id, deleted_at }: { id: string; deleted_at: number }): Trashed => ({
    id,
    expiresAt: new Date(deleted_at + trashDays * day).toISOString(),
  })

  const toTrashed = (row: TrashRow): TrashedSecret => ({
    ...trashedOf(row),
    name: row.name,
    version: row.version,
    versions: Number(row.versions),
    dtDeleted: new Date(row.deleted_at).toISOString(),
    deletedBy: { id: row.deleted_by, name: row.deleted_by_name ?? 'someone who has left' },
  })

  /** Finds a deleted secret. Throws when it does not exist, or when its name is taken. */
  const findRestorable = async (trx: Transaction<Schema>, teamId: string, scope: Scope, id: string) => {
    const row = await inScope(trx, teamId, scope).selectAll('trash').where('trash.id', '=', id).executeTakeFirst()
    if (!row) throw noSuchTrash(scope)
    const [taken] = await statements.byNameKey(trx, { teamId, scopeId: scope.id, nameKey: row.name_key })
    if (taken) throw takenName(scope, row.name, toSecret(taken))
    return row
  }

  return {
    deleteSecret: (teamId, scope, name, { ifMatch, ...context }) =>
      plans.change(teamId, context, async (trx) => {
        const key = { teamId, scopeId: scope.id, name }
        const { namedScope } = await nextRevision(trx, teamId, scope)
        const [found] = await statements.byName(trx, key)
        const existing = found && toSecret(found)
        checkCondition(scope, { name, expect: 'present', ...(ifMatch ? { ifMatch } : {}) }, existing)
        const row = await lockSecret(trx, kind, key)
        if (!row) throw noSuchSecret(scope, name)
        const { revision: _, ...kept } = row
        const made = { id: newId('tr'), deleted_at: context.at, deleted_by: context.by.id }
        await trx
          .insertInto('trash')
          .values({ ...kept, ...made })
          .execute()
        await moveToTrash(trx, { ...key, trashId: made.id })
        await statements.count(trx, { ...key, change: -1 })
        await append(trx, teamId, context, { action: 'secret.delete', scope: namedScope, name })
        return {
          result: trashedOf(made),
          about: { change: 'delete', scope: namedScope, name, secret: existing ?? null },
        }
      }),

    listTrash: async (teamId, scope, query) => {
      const [within] = await statements.scope(db, { teamId, scopeId: scope.id, kind: scope.kind })
      if (!within) throw noSuchScope(scope.kind)
      let all = inScope(db, teamId, scope)
      if (query.q) all = all.where(contains('name_key', query.q))
      const { total } = await all
        .select((eb) => eb.fn.countAll<number | string>().as('total'))
        .executeTakeFirstOrThrow()
      let page = readable(all)
      if (query.after) {
        const [deletedAt, id] = decodeCursor(query.after, 'number')
        page = page.where((eb) => eb(eb.refTuple('trash.deleted_at', 'trash.id'), '<', eb.tuple(Number(deletedAt), id)))
      }
      const rows = await page
        .orderBy('trash.deleted_at', 'desc')
        .orderBy('trash.id', 'desc')
        .limit(rowsToRead(query))
        .execute()
      return pageFrom(rows, query, Number(total), toTrashed, (row) => [row.deleted_at, row.id])
    },

    restoreTrashed: (teamId, scope, id, context) =>
      plans.change(teamId, context, async (trx) => {
        const { revision, namedScope } = await nextRevision(trx, teamId, scope)
        const row = await findRestorable(trx, teamId, scope, id)
        await requireRoom(trx, teamId, 'secrets')
        const { id: trashId, deleted_at: _, deleted_by: __, ...kept } = row
        await trx
          .insertInto('secret')
          .values({ ...kept, revision })
          .execute()
        const key = { teamId, scopeId: scope.id, name: row.name }
        await moveFromTrash(trx, { ...key, trashId })
        await statements.count(trx, { ...key, change: 1 })
        await append(trx, teamId, context, {
          action: 'secret.restore',
          scope: namedScope,
          name: row.name,
          detail: 'from the trash',
        })
        const { name, version } = row
        const [restored] = await statements.byName(trx, key)
        if (!restored) throw new Error('A secret that was restored is not there.')
        return { result: toSecret(restored), about: { change: 'set', scope: namedScope, name, secret: null, version } }
      }),

    planRestoreTrashed: (teamId, scope, id, view) =>
      plans.dryRun(teamId, view, async (trx) => {
        const { scope: namedScope } = await findScope(trx, teamId, scope)
        const { name, version } = await findRestorable(trx, teamId, scope, id)
        return { change: 'set', scope: namedScope, name, secret: null, version }
      }),

    purgeTrashed: async (teamId, scope, id, context) => {
      await db.transaction().execute(async (trx) => {
        const { namedScope } = await nextRevision(trx, teamId, scope)
        const row = await readable(inScope(trx, teamId, scope))
          .where('trash.id', '=', id)
          .executeTakeFirst()
        if (!row) throw noSuchTrash(scope)
        await trx.deleteFrom('trash').where('team_id', '=', teamId).where('id', '=', id).execute()
        const detail = `from the trash, with ${row.versions} version${Number(row.versions) === 1 ? '' : 's'}`
        await append(trx, teamId, context, { action: 'secret.purge', scope: namedScope, name: row.name, detail })
      })
      await erase()
    },
  }
}

const noSuchTrash = ({ kind }: Scope): Failure =>
  new Failure(
    'NOT_FOUND',
    `There is no such deleted secret in the trash of this ${kind}. It may have been restored or purged; look at the trash.`,
  )

const inScope = (from: Kysely<Schema>, teamId: string, { id }: Scope) =>
  from.selectFrom('trash').where('trash.team_id', '=', teamId).where('trash.scope_id', '=', id)

const readable = (trash: ReturnType<typeof inScope>) =>
  trash.leftJoin('user', 'user.id', 'trash.deleted_by').select(({ selectFrom }) => [
    'trash.id',
    'trash.name',
    'trash.version',
    'trash.deleted_at',
    'trash.deleted_by',
    ownerName('trash.deleted_by').as('deleted_by_name'),
    selectFrom('trash_version as v')
      .whereRef('v.team_id', '=', 'trash.team_id')
      .whereRef('v.trash_id', '=', 'trash.id')
      .select((eb) => eb.fn.countAll<number | string>().as('count'))
      .as('versions'),
  ])

type TrashRow = Awaited<ReturnType<ReturnType<typeof readable>['execute']>>[number]
