import type { Kysely } from 'kysely'
import type { DatabaseKind } from '#server/store/db/schema.ts'
import { dialects, ended } from './dialects.ts'

/** Creates the command lines that wait for a member to allow them a key. */
export const createLogins = async (db: Kysely<unknown>, kind: DatabaseKind): Promise<void> => {
  const { text, integer, clustered } = dialects[kind]
  const login = db.schema
    .createTable('cli_login')
    .addColumn('code', text, (column) => column.primaryKey())
    .addColumn('challenge', text, (column) => column.notNull())
    .addColumn('device', text, (column) => column.notNull())
    .addColumn('asked_from', text, (column) => column.notNull())
    .addColumn('state', text, (column) => column.notNull())
    .addColumn('team_id', text)
    .addColumn('user_id', text)
    .addColumn('wanted', text)
    .addColumn('expires_at', integer, (column) => column.notNull())
    // A member who leaves the team takes the logins that they allowed with them.
    .addForeignKeyConstraint('cli_login_member', ['user_id', 'team_id'], 'member', ['user_id', 'team_id'], (key) =>
      key.onDelete('cascade'),
    )
  await ended(login, clustered).execute()
  await db.schema.createIndex('cli_login_expires').on('cli_login').column('expires_at').execute()
  await db.schema.createIndex('cli_login_user').on('cli_login').columns(['user_id', 'team_id']).execute()
}
