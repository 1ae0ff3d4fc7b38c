import { type Kysely, sql } from 'kysely'
import type { DatabaseKind } from '#server/store/db/schema.ts'
import { dialects } from './dialects.ts'

/** What a rotation of the master key has to know and to keep. Servers of the version before leave the new columns alone. */
export const createKeys = async (db: Kysely<unknown>, kind: DatabaseKind): Promise<void> => {
  const { text, integer, bytes } = dialects[kind]
  const installation = () => db.schema.alterTable('installation')
  await installation().addColumn('session_secret', bytes).execute()
  await installation().addColumn('master_key_id', text).execute()
  await installation().addColumn('master_key_at', integer).execute()
  await sql`update installation set master_key_at = created_at`.execute(db)
}
