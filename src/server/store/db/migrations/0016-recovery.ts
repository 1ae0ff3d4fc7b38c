import type { Kysely } from 'kysely'
import type { DatabaseKind } from '#server/store/db/schema.ts'
import { dialects, ended } from './dialects.ts'

/**
 * Creates the links that replace a forgotten password, at most one of each person. Adds to sessions whether they are
 * proved by more than a password.
 */
export const createRecovery = async (db: Kysely<unknown>, kind: DatabaseKind): Promise<void> => {
  const { text, integer, boolean, clustered } = dialects[kind]
  const reset = db.schema
    .createTable('password_reset')
    .addColumn('user_id', text, (column) => column.primaryKey().references('user.id').onDelete('cascade'))
    .addColumn('digest', text, (column) => column.notNull().unique())
    .addColumn('made_by', text, (column) => column.references('user.id').onDelete('cascade'))
    .addColumn('created_at', integer, (column) => column.notNull())
    .addColumn('expires_at', integer, (column) => column.notNull())
    .addColumn('mac', text)
  await ended(reset, clustered).execute()
  await db.schema.alterTable('session').addColumn('secondFactor', boolean).execute()
}
