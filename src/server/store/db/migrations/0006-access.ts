import { type Kysely, sql } from 'kysely'
import type { DatabaseKind } from '#server/store/db/schema.ts'
import { dialects, ended } from './dialects.ts'

/** Creates API keys, invites, access to projects, and the audit trail. */
export const createAccess = async (db: Kysely<unknown>, kind: DatabaseKind): Promise<void> => {
  const { text, integer, bytes, table, clustered } = dialects[kind]

  await db.schema
    .alterTable('scope')
    .addColumn('access', text, (column) => column.notNull().defaultTo(sql`'all'`))
    .execute()
  const collaborator = db.schema
    .createTable('collaborator')
    .addColumn('team_id', text, (column) => column.notNull())
    .addColumn('scope_id', text, (column) => column.notNull())
    .addColumn('user_id', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('collaborator_key', ['team_id', 'scope_id', 'user_id'])
    .addForeignKeyConstraint('collaborator_scope', ['team_id', 'scope_id'], 'scope', ['team_id', 'id'], (key) =>
      key.onDelete('cascade'),
    )
    .addForeignKeyConstraint('collaborator_member', ['user_id', 'team_id'], 'member', ['user_id', 'team_id'], (key) =>
      key.onDelete('cascade'),
    )
  await ended(collaborator, clustered).execute()
  await db.schema.createIndex('collaborator_user').on('collaborator').columns(['user_id', 'team_id']).execute()

  const apiKey = db.schema
    .createTable('api_key')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('team_id', text, (column) => column.notNull())
    .addColumn('user_id', text, (column) => column.notNull())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('name_key', text, (column) => column.notNull())
    .addColumn('digest', text, (column) => column.notNull().unique())
    .addColumn('masked', text, (column) => column.notNull())
    .addColumn('access', text, (column) => column.notNull())
    .addColumn('project_id', text)
    .addColumn('cluster_id', text)
    .addColumn('made_by', text)
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('expires_at', integer)
    .addColumn('revoked_at', integer)
    .addColumn('last_used_at', integer)
    .addColumn('last_used_from', text)
    .addForeignKeyConstraint('api_key_member', ['user_id', 'team_id'], 'member', ['user_id', 'team_id'], (key) =>
      key.onDelete('cascade'),
    )
    .addForeignKeyConstraint('api_key_project', ['team_id', 'project_id'], 'scope', ['team_id', 'id'], (key) =>
      key.onDelete('cascade'),
    )
    .addForeignKeyConstraint('api_key_cluster', ['team_id', 'cluster_id'], 'scope', ['team_id', 'id'], (key) =>
      key.onDelete('cascade'),
    )
  await ended(apiKey, table).execute()
  await db.schema.createIndex('api_key_owner').on('api_key').columns(['team_id', 'user_id', 'name', 'id']).execute()
  await db.schema.createIndex('api_key_project').on('api_key').columns(['team_id', 'project_id']).execute()
  await db.schema.createIndex('api_key_cluster').on('api_key').columns(['team_id', 'cluster_id']).execute()
  await db.schema.createIndex('api_key_made_by').on('api_key').column('made_by').execute()

  const invite = db.schema
    .createTable('invite')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('team_id', text, (column) => column.notNull().references('team.id').onDelete('cascade'))
    .addColumn('role', text, (column) => column.notNull())
    .addColumn('digest', text, (column) => column.notNull().unique())
    .addColumn('invited_by', text, (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('expires_at', integer, (column) => column.notNull())
  await ended(invite, table).execute()
  await db.schema.createIndex('invite_team').on('invite').columns(['team_id', 'created_at', 'id']).execute()

  const audit = db.schema
    .createTable('audit')
    .addColumn('team_id', text, (column) => column.notNull())
    .addColumn('seq', integer, (column) => column.notNull())
    .addColumn('at', integer, (column) => column.notNull())
    .addColumn('person', text)
    .addColumn('action', text, (column) => column.notNull())
    .addColumn('name_key', text)
    .addColumn('line', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('audit_key', ['team_id', 'seq'])
  await ended(audit, clustered).execute()
  // Covers every column that records are searched by, without their lines: a search reads a fraction of the table.
  await db.schema
    .createIndex('audit_search')
    .on('audit')
    .columns(['team_id', 'seq', 'at', 'person', 'action', 'name_key'])
    .execute()

  const head = db.schema
    .createTable('audit_head')
    .addColumn('team_id', text, (column) => column.primaryKey())
    .addColumn('seq', integer, (column) => column.notNull())
    .addColumn('hash', text, (column) => column.notNull())
  await ended(head, clustered).execute()

  const checkpoint = db.schema
    .createTable('audit_checkpoint')
    .addColumn('team_id', text, (column) => column.notNull())
    .addColumn('seq', integer, (column) => column.notNull())
    .addColumn('line', text, (column) => column.notNull())
    .addPrimaryKeyConstraint('audit_checkpoint_key', ['team_id', 'seq'])
  await ended(checkpoint, clustered).execute()

  await db.schema.alterTable('installation').addColumn('audit_key', bytes).execute()
}
