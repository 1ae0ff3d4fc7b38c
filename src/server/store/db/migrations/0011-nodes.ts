import type { Kysely } from 'kysely'
import type { DatabaseKind } from '#server/store/db/schema.ts'
import { dialects, ended } from './dialects.ts'

/** Records the release that migrated the database, so that a server of another release knows whether it may run on it. */
export const createRelease = async (db: Kysely<unknown>, kind: DatabaseKind): Promise<void> => {
  const { integer, table } = dialects[kind]
  const made = db.schema
    .createTable('schema_release')
    .addColumn('id', integer, (column) => column.primaryKey())
    .addColumn('release', integer, (column) => column.notNull())
    .addColumn('oldest', integer, (column) => column.notNull())
  await ended(made, table).execute()
}
