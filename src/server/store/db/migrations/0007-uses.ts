import type { Kysely } from 'kysely'
import type { DatabaseKind } from '#server/store/db/schema.ts'
import { dialects, ended } from './dialects.ts'

/**
 * Creates the last use of each secret, by key, project and cluster. Rows are deleted with their secret. They stay when the
 * key, its owner, the project or the cluster is deleted, so that a used secret never counts as unused.
 */
export const createUses = async (db: Kysely<unknown>, kind: DatabaseKind): Promise<void> => {
  const { text, integer, clustered } = dialects[kind]
  const use = db.schema
    .createTable('secret_use')
    .addColumn('team_id', text, (column) => column.notNull())
    .addColumn('scope_id', text, (column) => column.notNull())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('api_key_id', text, (column) => column.notNull())
    .addColumn('project_id', text, (column) => column.notNull())
    .addColumn('cluster_id', text, (column) => column.notNull())
    .addColumn('api_key_name', text, (column) => column.notNull())
    .addColumn('user_id', text, (column) => column.notNull())
    .addColumn('version', integer, (column) => column.notNull())
    .addColumn('used_at', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('secret_use_key', [
      'team_id',
      'scope_id',
      'name',
      'api_key_id',
      'project_id',
      'cluster_id',
    ])
    .addForeignKeyConstraint(
      'secret_use_secret',
      ['team_id', 'scope_id', 'name'],
      'secret',
      ['team_id', 'scope_id', 'name'],
      (key) => key.onDelete('cascade'),
    )
  await ended(use, clustered).execute()
  await db.schema
    .createIndex('secret_use_newest')
    .on('secret_use')
    .columns(['team_id', 'scope_id', 'name', 'used_at'])
    .execute()
  await db.schema.createIndex('secret_use_project').on('secret_use').columns(['team_id', 'project_id']).execute()
  await db.schema.createIndex('secret_use_cluster').on('secret_use').columns(['team_id', 'cluster_id']).execute()
}
