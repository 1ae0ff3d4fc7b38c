import type { Kysely } from 'kysely'
import type { DatabaseKind } from '#server/store/db/schema.ts'
import { dialects, ended } from './dialects.ts'

/** Creates sealed values that expire. */
export const createEphemeral = async (db: Kysely<unknown>, kind: DatabaseKind): Promise<void> => {
  const { text, integer, bytes, clustered } = dialects[kind]
  const ephemeral = db.schema
    .createTable('ephemeral_secret')
    .addColumn('team_id', text, (column) => column.notNull().references('team.id').onDelete('cascade'))
    .addColumn('id', text, (column) => column.notNull())
    .addColumn('algorithm', text, (column) => column.notNull())
    .addColumn('key_id', text, (column) => column.notNull().references('data_key.id'))
    .addColumn('sealed', bytes, (column) => column.notNull())
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('created_by', text, (column) => column.notNull())
    .addColumn('expires_at', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('ephemeral_secret_key', ['team_id', 'id'])
  await ended(ephemeral, clustered).execute()
  await db.schema.createIndex('ephemeral_secret_expires').on('ephemeral_secret').column('expires_at').execute()
}
