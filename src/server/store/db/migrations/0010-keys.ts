import { type Kysely, sql } from 'kysely'
import type { DatabaseKind } from '#server/store/db/schema.ts'
import { dialects } from './dialects.ts'

/** Adds what a rotation of the master key needs. Servers of the previous release ignore the new columns. */
export const createKeys = async (db: Kysely<unknown>, kind: DatabaseKind): Promise<void> => {
  const { text, integer, bytes } = dialects[kind]
  const installation = () => db.schema.alterTable('installation')
  await installation().addColumn('session_secret', bytes).execute()
  await installation().addColumn('master_key_id', text).execute()
  await installation().addColumn('master_key_at', integer).execute()
  await sql`update installation set master_key_at = created_at`.execute(db)
}
