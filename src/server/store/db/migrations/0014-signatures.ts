import type { Kysely } from 'kysely'
import type { DatabaseKind } from '#server/store/db/schema.ts'
import { dialects } from './dialects.ts'

const tables = [
  'user',
  'account',
  'session',
  'verification',
  'passkey',
  'twoFactor',
  'team',
  'member',
  'invite',
  'scope',
  'collaborator',
  'api_key',
  'cli_login',
  'ephemeral_secret',
]

/**
 * Adds the codes of rows that grant rights or prove who somebody is, and the key that makes them. Rows of the previous
 * release have none, until the command that signs them.
 */
export const createSignatures = async (db: Kysely<unknown>, kind: DatabaseKind): Promise<void> => {
  const { text, bytes } = dialects[kind]
  await db.schema.alterTable('installation').addColumn('rights_key', bytes).execute()
  for (const table of tables) await db.schema.alterTable(table).addColumn('mac', text).execute()
}
