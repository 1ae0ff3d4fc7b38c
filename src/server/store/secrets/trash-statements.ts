import { sql, type Transaction } from 'kysely'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'

type Deleted = { teamId: string; scopeId: string; name: string; trashId: string }

const versionColumns = [
  'version',
  'algorithm',
  'key_id',
  'sealed',
  'created_at',
  'created_by',
  'fingerprint',
  'restored_from',
  'about_version',
] as const

const useColumns = ['api_key_id', 'project_id', 'cluster_id', 'api_key_name', 'user_id', 'version', 'used_at'] as const

/** Locks and returns the row of a secret. Waits for transactions that record a use of it. */
export const lockSecret = async (
  trx: Transaction<Schema>,
  kind: DatabaseKind,
  { teamId, scopeId, name }: Omit<Deleted, 'trashId'>,
) => {
  const secret = trx
    .selectFrom('secret')
    .selectAll()
    .where('team_id', '=', teamId)
    .where('scope_id', '=', scopeId)
    .where('name', '=', name)
  // SQLite has one writer at a time, and no row locks.
  return (kind === 'postgres' ? secret.forUpdate() : secret).executeTakeFirst()
}

/** Moves the versions and uses of a secret to the trash, and deletes its row. */
export const moveToTrash = async (
  trx: Transaction<Schema>,
  { teamId, scopeId, name, trashId }: Deleted,
): Promise<void> => {
  const target = sql<string>`${trashId}`.as('trash_id')
  await trx
    .insertInto('trash_version')
    .columns(['team_id', 'trash_id', ...versionColumns])
    .expression((eb) =>
      eb
        .selectFrom('secret_version')
        .select(['team_id', target, ...versionColumns])
        .where('team_id', '=', teamId)
        .where('scope_id', '=', scopeId)
        .where('name', '=', name),
    )
    .execute()
  await trx
    .insertInto('trash_use')
    .columns(['team_id', 'trash_id', ...useColumns])
    .expression((eb) =>
      eb
        .selectFrom('secret_use')
        .select(['team_id', target, ...useColumns])
        .where('team_id', '=', teamId)
        .where('scope_id', '=', scopeId)
        .where('name', '=', name),
    )
    .execute()
  await trx
    .deleteFrom('secret')
    .where('team_id', '=', teamId)
    .where('scope_id', '=', scopeId)
    .where('name', '=', name)
    .execute()
}

/** Moves versions and uses back to the secret, whose row exists again, and deletes it from the trash. */
export const moveFromTrash = async (
  trx: Transaction<Schema>,
  { teamId, scopeId, name, trashId }: Deleted,
): Promise<void> => {
  const target = [sql<string>`${scopeId}`.as('scope_id'), sql<string>`${name}`.as('name')] as const
  await trx
    .insertInto('secret_version')
    .columns(['team_id', 'scope_id', 'name', ...versionColumns])
    .expression((eb) =>
      eb
        .selectFrom('trash_version')
        .select(['team_id', ...target, ...versionColumns])
        .where('team_id', '=', teamId)
        .where('trash_id', '=', trashId),
    )
    .execute()
  await trx
    .insertInto('secret_use')
    .columns(['team_id', 'scope_id', 'name', ...useColumns])
    .expression((eb) =>
      eb
        .selectFrom('trash_use')
        .select(['team_id', ...target, ...useColumns])
        .where('team_id', '=', teamId)
        .where('trash_id', '=', trashId),
    )
    .execute()
  await trx.deleteFrom('trash').where('team_id', '=', teamId).where('id', '=', trashId).execute()
}
