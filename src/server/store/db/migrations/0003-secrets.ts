import type { Kysely } from 'kysely'
import type { DatabaseKind } from '#server/store/db/schema.ts'
import { dialects, ended } from './dialects.ts'

/** Creates scopes and their secrets. */
export const createSecrets = async (db: Kysely<unknown>, kind: DatabaseKind): Promise<void> => {
  const { text, integer, bytes, clustered } = dialects[kind]
  const scope = db.schema
    .createTable('scope')
    .addColumn('team_id', text, (column) => column.notNull().references('team.id').onDelete('cascade'))
    .addColumn('id', text, (column) => column.notNull())
    .addColumn('kind', text, (column) => column.notNull())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('name_key', text, (column) => column.notNull())
    .addColumn('type', text)
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('modified_at', integer, (column) => column.notNull())
    .addColumn('revision', integer, (column) => column.notNull().defaultTo(0))
    .addColumn('secrets', integer, (column) => column.notNull().defaultTo(0))
    .addPrimaryKeyConstraint('scope_key', ['team_id', 'id'])
  await ended(scope, clustered).execute()
  await db.schema.createIndex('scope_name').on('scope').columns(['team_id', 'kind', 'name', 'id']).execute()

  // Metadata is apart from sealed values: a list reads adjacent rows of one index and no pages with values.
  const secret = db.schema
    .createTable('secret')
    .addColumn('team_id', text, (column) => column.notNull())
    .addColumn('scope_id', text, (column) => column.notNull())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('name_key', text, (column) => column.notNull())
    .addColumn('version', integer, (column) => column.notNull())
    .addColumn('revision', integer, (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('modified_at', integer, (column) => column.notNull())
    .addColumn('modified_by', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('secret_key', ['team_id', 'scope_id', 'name'])
    .addUniqueConstraint('secret_name_key', ['team_id', 'scope_id', 'name_key'])
    .addForeignKeyConstraint('secret_scope', ['team_id', 'scope_id'], 'scope', ['team_id', 'id'], (key) =>
      key.onDelete('cascade'),
    )
  await ended(secret, clustered).execute()
  await db.schema.createIndex('secret_name').on('secret').columns(['team_id', 'name', 'scope_id']).execute()
  await db.schema
    .createIndex('secret_created')
    .on('secret')
    .columns(['team_id', 'scope_id', 'created_at', 'name'])
    .execute()

  const version = db.schema
    .createTable('secret_version')
    .addColumn('team_id', text, (column) => column.notNull())
    .addColumn('scope_id', text, (column) => column.notNull())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('version', integer, (column) => column.notNull())
    .addColumn('algorithm', text, (column) => column.notNull())
    .addColumn('key_id', text, (column) => column.notNull().references('data_key.id'))
    .addColumn('sealed', bytes, (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('created_by', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('secret_version_key', ['team_id', 'scope_id', 'name', 'version'])
    .addForeignKeyConstraint(
      'secret_version_secret',
      ['team_id', 'scope_id', 'name'],
      'secret',
      ['team_id', 'scope_id', 'name'],
      (key) => key.onDelete('cascade'),
    )
  await ended(version, clustered).execute()
}
