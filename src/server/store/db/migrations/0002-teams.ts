import { type Kysely, sql } from 'kysely'
import type { DatabaseKind } from '#server/store/db/schema.ts'
import { dialects, ended } from './dialects.ts'

/** Creates the installation, and teams with their members and data keys. */
export const createTeams = async (db: Kysely<unknown>, kind: DatabaseKind): Promise<void> => {
  const { text, integer, bytes, table, clustered } = dialects[kind]
  const installation = db.schema
    .createTable('installation')
    .addColumn('id', integer, (column) => column.primaryKey().check(sql`id = 1`))
    .addColumn('key_check', bytes, (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('set_up_at', integer)
  await ended(installation, table).execute()

  const team = db.schema
    .createTable('team')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('namespace', text, (column) => column.notNull().unique())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
  await ended(team, table).execute()

  const member = db.schema
    .createTable('member')
    .addColumn('team_id', text, (column) => column.notNull().references('team.id').onDelete('cascade'))
    .addColumn('user_id', text, (column) => column.notNull().references('user.id').onDelete('cascade'))
    .addColumn('role', text, (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('member_key', ['user_id', 'team_id'])
  await ended(member, clustered).execute()
  await db.schema.createIndex('member_team').on('member').column('team_id').execute()

  const dataKey = db.schema
    .createTable('data_key')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('team_id', text, (column) => column.notNull().references('team.id').onDelete('cascade'))
    .addColumn('algorithm', text, (column) => column.notNull())
    .addColumn('wrapped', bytes, (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
  await ended(dataKey, table).execute()
  await db.schema.createIndex('data_key_team').on('data_key').columns(['team_id', 'created_at']).execute()
}
