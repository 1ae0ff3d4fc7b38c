import type { Kysely } from 'kysely'
import type { DatabaseKind } from '#server/store/db/schema.ts'
import { dialects, ended } from './dialects.ts'

/**
 * Adds metadata of versions, and the trash. The trash has tables of its own, so no statement that reads secrets can find a
 * deleted one. Servers of the previous release may still write: they ignore the new columns.
 */
export const createVersions = async (db: Kysely<unknown>, kind: DatabaseKind): Promise<void> => {
  const { text, integer, bytes, clustered } = dialects[kind]
  const version = () => db.schema.alterTable('secret_version')
  await version().addColumn('fingerprint', text).execute()
  await version().addColumn('restored_from', integer).execute()
  // The version that the two columns above describe: a server of the previous release replaces a version in its row.
  await version().addColumn('about_version', integer).execute()

  const trash = db.schema
    .createTable('trash')
    .addColumn('team_id', text, (column) => column.notNull())
    .addColumn('id', text, (column) => column.notNull())
    .addColumn('scope_id', text, (column) => column.notNull())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('name_key', text, (column) => column.notNull())
    .addColumn('version', integer, (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('modified_at', integer, (column) => column.notNull())
    .addColumn('modified_by', text, (column) => column.notNull())
    .addColumn('deleted_at', integer, (column) => column.notNull())
    .addColumn('deleted_by', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('trash_key', ['team_id', 'id'])
    .addForeignKeyConstraint('trash_scope', ['team_id', 'scope_id'], 'scope', ['team_id', 'id'], (key) =>
      key.onDelete('cascade'),
    )
  await ended(trash, clustered).execute()
  await db.schema.createIndex('trash_newest').on('trash').columns(['team_id', 'scope_id', 'deleted_at', 'id']).execute()
  await db.schema.createIndex('trash_oldest').on('trash').columns(['deleted_at']).execute()

  const trashVersion = db.schema
    .createTable('trash_version')
    .addColumn('team_id', text, (column) => column.notNull())
    .addColumn('trash_id', text, (column) => column.notNull())
    .addColumn('version', integer, (column) => column.notNull())
    .addColumn('algorithm', text, (column) => column.notNull())
    .addColumn('key_id', text, (column) => column.notNull().references('data_key.id'))
    .addColumn('sealed', bytes, (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('created_by', text, (column) => column.notNull())
    .addColumn('fingerprint', text)
    .addColumn('restored_from', integer)
    .addColumn('about_version', integer)
    .addPrimaryKeyConstraint('trash_version_key', ['team_id', 'trash_id', 'version'])
    .addForeignKeyConstraint('trash_version_trash', ['team_id', 'trash_id'], 'trash', ['team_id', 'id'], (key) =>
      key.onDelete('cascade'),
    )
  await ended(trashVersion, clustered).execute()

  const trashUse = db.schema
    .createTable('trash_use')
    .addColumn('team_id', text, (column) => column.notNull())
    .addColumn('trash_id', text, (column) => column.notNull())
    .addColumn('api_key_id', text, (column) => column.notNull())
    .addColumn('project_id', text, (column) => column.notNull())
    .addColumn('cluster_id', text, (column) => column.notNull())
    .addColumn('api_key_name', text, (column) => column.notNull())
    .addColumn('user_id', text, (column) => column.notNull())
    .addColumn('version', integer, (column) => column.notNull())
    .addColumn('used_at', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('trash_use_key', ['team_id', 'trash_id', 'api_key_id', 'project_id', 'cluster_id'])
    .addForeignKeyConstraint('trash_use_trash', ['team_id', 'trash_id'], 'trash', ['team_id', 'id'], (key) =>
      key.onDelete('cascade'),
    )
  await ended(trashUse, clustered).execute()
}
