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

/** The row of a secret for its deletion: of a use that is being noted, this waits for the end. */
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
  // SQLite has one writer at a time anyway, and no such words.
  return (kind === 'postgres' ? secret.forUpdate() : secret).executeTakeFirst()
}

/** Moves the versions and the uses of a secret to its place in the trash, and the secret's row away. */
export const moveToTrash = async (
  trx: Transaction<Schema>,
  { teamId, scopeId, name, trashId }: Deleted,
): Promise<void> => {
  const placed = sql<string>`${trashId}`.as('trash_id')
  await trx
    .insertInto('trash_version')
    .columns(['team_id', 'trash_id', ...versionColumns])
    .expression((eb) =>
      eb
        .selectFrom('secret_version')
        .select(['team_id', placed, ...versionColumns])
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
        .select(['team_id', placed, ...useColumns])
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

/** Moves versions and uses back to the secret, whose row is there again, and takes it from the trash. */
export const moveFromTrash = async (
  trx: Transaction<Schema>,
  { teamId, scopeId, name, trashId }: Deleted,
): Promise<void> => {
  const placed = [sql<string>`${scopeId}`.as('scope_id'), sql<string>`${name}`.as('name')] as const
  await trx
    .insertInto('secret_version')
    .columns(['team_id', 'scope_id', 'name', ...versionColumns])
    .expression((eb) =>
      eb
        .selectFrom('trash_version')
        .select(['team_id', ...placed, ...versionColumns])
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
        .select(['team_id', ...placed, ...useColumns])
        .where('team_id', '=', teamId)
        .where('trash_id', '=', trashId),
    )
    .execute()
  await trx.deleteFrom('trash').where('team_id', '=', teamId).where('id', '=', trashId).execute()
}
