import type { Kysely } from 'kysely'
import type { DatabaseKind } from '#server/store/db/schema.ts'
import { dialects, ended } from './dialects.ts'

/** Creates better-auth's tables, and the counters of failed attempts. */
export const createIdentityTables = async (db: Kysely<unknown>, kind: DatabaseKind): Promise<void> => {
  const { text, integer, date, boolean, table } = dialects[kind]
  const user = db.schema
    .createTable('user')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('name', text, (column) => column.notNull())
    .addColumn('email', text, (column) => column.notNull().unique())
    .addColumn('emailVerified', boolean, (column) => column.notNull())
    .addColumn('image', text)
    .addColumn('createdAt', date, (column) => column.notNull())
    .addColumn('updatedAt', date, (column) => column.notNull())
  await ended(user, table).execute()

  const session = db.schema
    .createTable('session')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('expiresAt', date, (column) => column.notNull())
    .addColumn('token', text, (column) => column.notNull().unique())
    .addColumn('createdAt', date, (column) => column.notNull())
    .addColumn('updatedAt', date, (column) => column.notNull())
    .addColumn('ipAddress', text)
    .addColumn('userAgent', text)
    .addColumn('userId', text, (column) => column.notNull().references('user.id').onDelete('cascade'))
  await ended(session, table).execute()
  await db.schema.createIndex('session_user').on('session').column('userId').execute()

  const account = db.schema
    .createTable('account')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('accountId', text, (column) => column.notNull())
    .addColumn('providerId', text, (column) => column.notNull())
    .addColumn('userId', text, (column) => column.notNull().references('user.id').onDelete('cascade'))
    .addColumn('accessToken', text)
    .addColumn('refreshToken', text)
    .addColumn('idToken', text)
    .addColumn('accessTokenExpiresAt', date)
    .addColumn('refreshTokenExpiresAt', date)
    .addColumn('scope', text)
    .addColumn('password', text)
    .addColumn('createdAt', date, (column) => column.notNull())
    .addColumn('updatedAt', date, (column) => column.notNull())
  await ended(account, table).execute()
  await db.schema.createIndex('account_user').on('account').column('userId').execute()

  const verification = db.schema
    .createTable('verification')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('identifier', text, (column) => column.notNull())
    .addColumn('value', text, (column) => column.notNull())
    .addColumn('expiresAt', date, (column) => column.notNull())
    .addColumn('createdAt', date, (column) => column.notNull())
    .addColumn('updatedAt', date, (column) => column.notNull())
  await ended(verification, table).execute()
  await db.schema.createIndex('verification_identifier').on('verification').column('identifier').execute()

  const attempt = db.schema
    .createTable('attempt')
    .addColumn('key', text, (column) => column.primaryKey())
    .addColumn('failures', integer, (column) => column.notNull())
    .addColumn('blocked_until', integer, (column) => column.notNull())
    .addColumn('last_at', integer, (column) => column.notNull())
  await ended(attempt, table).execute()
  await db.schema.createIndex('attempt_last_at').on('attempt').column('last_at').execute()
}
