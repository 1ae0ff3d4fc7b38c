import type { Kysely } from 'kysely'
import type { DatabaseKind } from '#server/store/db/schema.ts'
import { dialects, ended } from './dialects.ts'

/** Adds password confirmations, second factors and passkeys (better-auth's tables), and the codes that were used. */
export const createAccount = async (db: Kysely<unknown>, kind: DatabaseKind): Promise<void> => {
  const { text, integer, date, boolean, table, clustered } = dialects[kind]
  await db.schema.alterTable('session').addColumn('confirmedAt', date).execute()
  await db.schema.alterTable('user').addColumn('twoFactorEnabled', boolean).execute()

  const twoFactor = db.schema
    .createTable('twoFactor')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('userId', text, (column) => column.notNull().unique().references('user.id').onDelete('cascade'))
    .addColumn('secret', text, (column) => column.notNull())
    .addColumn('backupCodes', text, (column) => column.notNull())
    .addColumn('verified', boolean)
    .addColumn('failedVerificationCount', integer)
    .addColumn('lockedUntil', date)
  await ended(twoFactor, table).execute()

  const usedCode = db.schema
    .createTable('used_code')
    .addColumn('user_id', text, (column) => column.notNull().references('user.id').onDelete('cascade'))
    .addColumn('code', text, (column) => column.notNull())
    .addColumn('at', integer, (column) => column.notNull())
    .addPrimaryKeyConstraint('used_code_key', ['user_id', 'code'])
  await ended(usedCode, clustered).execute()

  const passkey = db.schema
    .createTable('passkey')
    .addColumn('id', text, (column) => column.primaryKey())
    .addColumn('name', text)
    .addColumn('publicKey', text, (column) => column.notNull())
    .addColumn('userId', text, (column) => column.notNull().references('user.id').onDelete('cascade'))
    .addColumn('credentialID', text, (column) => column.notNull().unique())
    .addColumn('counter', integer, (column) => column.notNull())
    .addColumn('deviceType', text, (column) => column.notNull())
    .addColumn('backedUp', boolean, (column) => column.notNull())
    .addColumn('transports', text)
    .addColumn('createdAt', date)
    .addColumn('aaguid', text)
  await ended(passkey, table).execute()
  await db.schema.createIndex('passkey_user').on('passkey').column('userId').execute()
}
