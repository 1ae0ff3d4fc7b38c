import { type Kysely, sql, type Transaction } from 'kysely'
import { decodeCursor, type NewestQuery, nameKey, pageFrom, rowsToRead } from '#server/store/db/pagination.ts'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import { ownerName } from '#server/store/people/owner-name.ts'
import type { Rights, StoreParts } from '#server/store/rights/rights.ts'
import type { AuditContext } from '#server/store/trail/audit-event.ts'
import { Failure } from '#shared/failure.ts'
import type { Page } from '#shared/page.ts'
import { type MadeScopeKind, noSuchScope, type Scope } from '#shared/scope.ts'
import type { DeletedScope } from '#shared/trash.ts'
import { day } from './trash-store.ts'

export type ScopeTrashStore = {
  /** Lists the deleted projects or clusters of a team, newest first. */
  listDeletedScopes(teamId: string, kind: MadeScopeKind, query: NewestQuery): Promise<Page<DeletedScope>>
  /**
   * Restores a deleted project or cluster with everything in it, under another name if one is given. Throws `CONFLICT`
   * when the name is that of another one by now.
   */
  restoreScope(
    teamId: string,
    scope: MadeScope,
    to: { name?: string | undefined },
    context: AuditContext,
  ): Promise<void>
  /** Erases a deleted project or cluster with everything in it. */
  purgeScope(teamId: string, scope: MadeScope, context: AuditContext): Promise<void>
}

type MadeScope = { kind: MadeScopeKind; id: string }

type Parts = StoreParts & { kind: DatabaseKind; trashDays: number; erase: () => Promise<void> }

/** Stores deleted projects and clusters. They stay in their tables, which every other statement reads without them. */
export const scopeTrashStore = (
  db: Kysely<Schema>,
  { append, rights, kind: database, trashDays, erase }: Parts,
): ScopeTrashStore => {
  const deleted = (from: Kysely<Schema>, teamId: string, kind: MadeScopeKind) =>
    from
      .selectFrom('scope')
      .where('scope.team_id', '=', teamId)
      .where('scope.kind', '=', kind)
      .where('scope.deleted_at', 'is not', null)

  /** Locks a deleted scope and returns its name. */
  const lock = async (trx: Transaction<Schema>, teamId: string, { kind, id }: MadeScope) => {
    const row = deleted(trx, teamId, kind).where('scope.id', '=', id).select(['name', 'name_key', 'secrets'])
    const found = await (database === 'postgres' ? row.forUpdate() : row).executeTakeFirst()
    if (!found) throw notInTrash(kind)
    return found
  }

  return {
    listDeletedScopes: async (teamId, kind, query) => {
      const all = deleted(db, teamId, kind)
      const { total } = await all
        .select((eb) => eb.fn.countAll<number | string>().as('total'))
        .executeTakeFirstOrThrow()
      let page = all
        .leftJoin('user', 'user.id', 'scope.deleted_by')
        .select([
          'scope.id',
          'scope.name',
          'scope.secrets',
          'scope.deleted_by',
          ownerName('scope.deleted_by').as('deleted_by_name'),
        ])
        .select(sql<number>`scope.deleted_at`.as('deleted_at'))
      if (query.after) {
        const [at, id] = decodeCursor(query.after, 'number')
        page = page.where((eb) => eb(eb.refTuple('scope.deleted_at', 'scope.id'), '<', eb.tuple(Number(at), id)))
      }
      const rows = await page
        .orderBy('scope.deleted_at', 'desc')
        .orderBy('scope.id', 'desc')
        .limit(rowsToRead(query))
        .execute()
      return pageFrom(
        rows,
        query,
        Number(total),
        (row) => ({ id: row.id, name: row.name, secrets: row.secrets, ...deletionOf(row, trashDays) }),
        (row) => [row.deleted_at, row.id],
      )
    },

    restoreScope: (teamId, { kind, id }, to, context) =>
      db.transaction().execute(async (trx) => {
        const before = await lock(trx, teamId, { kind, id })
        const name = to.name ?? before.name
        const taken = await trx
          .selectFrom('scope')
          .select('id')
          .where('team_id', '=', teamId)
          .where('kind', '=', kind)
          .where('name_key', '=', nameKey(name))
          .where('deleted_at', 'is', null)
          .executeTakeFirst()
        if (taken) throw takenScopeName(kind, name)
        const [restored] = await rights.update(
          trx,
          'scope',
          { team_id: teamId, id },
          { deleted_at: null, deleted_by: null, name, name_key: nameKey(name), modified_at: context.at },
        )
        // A forged row is not to come back with a valid code.
        if (!restored) throw notInTrash(kind)
        const renamed = name === before.name ? '' : `, renamed to ${name}`
        await append(trx, teamId, context, {
          action: kind === 'project' ? 'project.restore' : 'cluster.restore',
          scope: { kind, id, name: before.name },
          detail: `from the trash, ${await withSecrets(trx, teamId, id, before.secrets)}${renamed}`,
        })
      }),

    purgeScope: async (teamId, scope, context) => {
      await db.transaction().execute(async (trx) => {
        const found = await lock(trx, teamId, scope)
        await append(trx, teamId, context, await eraseScope(trx, teamId, { ...scope, ...found }))
      })
      await erase()
    },
  }
}

/** Erases a scope and everything in it. Returns what the trail is to say. */
export const eraseScope = async (
  trx: Transaction<Schema>,
  teamId: string,
  { kind, id, name, secrets }: MadeScope & { name: string; secrets: number },
) => {
  const event = {
    action: kind === 'project' ? ('project.purge' as const) : ('cluster.purge' as const),
    scope: { kind, id, name },
    detail: await withSecrets(trx, teamId, id, secrets),
  }
  // Its secrets, their versions, its trash and the keys limited to it go with the row.
  await trx.deleteFrom('scope').where('team_id', '=', teamId).where('id', '=', id).execute()
  return event
}

/** Marks a scope as deleted, and returns what it was. Throws `NOT_FOUND` when there is none. */
export const moveScopeToTrash = async (
  trx: Transaction<Schema>,
  rights: Rights,
  teamId: string,
  { kind, id }: Scope,
  { by, at }: AuditContext,
): Promise<{ name: string; secrets: number; revision: number }> => {
  const deletion = { deleted_at: at, deleted_by: by.id }
  const present = { team_id: teamId, id, kind, deleted_at: null }
  const [genuine] = await rights.update(trx, 'scope', present, deletion)
  const row = trx.updateTable('scope').where('team_id', '=', teamId).where('id', '=', id).where('kind', '=', kind)
  // A forged row goes too. Its code stays invalid, so that it cannot come back.
  const changed = genuine ? row : row.where('deleted_at', 'is', null)
  const [deleted] = await changed.set(deletion).returning(['name', 'secrets', 'revision']).execute()
  if (!deleted) throw noSuchScope(kind)
  return deleted
}

/** How many names of secrets a record of a deletion has. */
const mostNames = 20

/** Returns “with 2 secrets: A, B”, of a scope. Names the first ones, and counts the rest. */
export const withSecrets = async (
  trx: Transaction<Schema>,
  teamId: string,
  scopeId: string,
  count: number,
): Promise<string> => {
  const counted = `with ${count} secret${count === 1 ? '' : 's'}`
  if (count === 0) return counted
  const rows = await trx
    .selectFrom('secret')
    .select('name')
    .where('team_id', '=', teamId)
    .where('scope_id', '=', scopeId)
    .orderBy('name')
    .limit(mostNames)
    .execute()
  const rest = count - rows.length
  return `${counted}: ${rows.map(({ name }) => name).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`
}

/** Returns when and by whom something was deleted, and when it will be erased. */
export const deletionOf = (
  row: { deleted_at: number; deleted_by: string | null; deleted_by_name: string | null },
  trashDays: number,
) => ({
  dtDeleted: new Date(row.deleted_at).toISOString(),
  expiresAt: new Date(row.deleted_at + trashDays * day).toISOString(),
  deletedBy: { id: row.deleted_by ?? '', name: row.deleted_by_name ?? 'someone who has left' },
})

const notInTrash = (kind: MadeScopeKind): Failure =>
  new Failure('NOT_FOUND', `There is no such deleted ${kind}. It may have been restored or erased; reload the list.`)

const takenScopeName = (kind: MadeScopeKind, name: string): Failure => {
  const message = `Another ${kind} is called “${name}” by now. Restore this one under another name.`
  return new Failure('CONFLICT', message, { issues: [{ message, path: ['name'] }] })
}
