import { type Kysely, sql } from 'kysely'
import type { Schema } from './schema.ts'

/**
 * Counts the releases that changed the tables. The first migration after a release increments it. Every statement of the
 * previous release must work on the new tables: its servers run beside the new ones during an upgrade.
 */
export const release = 2

/** Thrown when a version too far ahead of this one has migrated the database. */
export class NewerDatabase extends Error {
  override readonly name = 'NewerDatabase'
  constructor() {
    super(
      'The database belongs to a later version, which this one cannot run beside. Nothing was written. Start the version ' +
        'that ran last, or a newer one.',
    )
  }
}

/** Returns the names of migrations that ran on the database and are not in `known`. */
export const unknownMigrations = async (db: Kysely<Schema>, known: readonly string[]): Promise<string[]> => {
  if (!(await hasTable(db, 'kysely_migration'))) return []
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db)
  return rows.map(({ name }) => name).filter((name) => !known.includes(name))
}

/** Throws {@link NewerDatabase} unless servers of this release may run beside those that migrated the database. */
export const refuseOlder = async (db: Kysely<Schema>, release: number): Promise<void> => {
  if (!(await hasTable(db, 'schema_release'))) throw new NewerDatabase()
  const row = await db.selectFrom('schema_release').select('oldest').executeTakeFirst()
  if (!row || release < row.oldest) throw new NewerDatabase()
}

/** Records the release of the database, and that the previous release may still run on it. */
export const noteRelease = async (db: Kysely<unknown>, release: number): Promise<void> => {
  await sql`
    insert into schema_release (id, release, oldest) values (1, ${release}, ${release - 1})
    on conflict (id) do update set release = excluded.release, oldest = excluded.oldest`.execute(db)
}

const hasTable = async (db: Kysely<Schema>, wanted: string): Promise<boolean> => {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  return tables.some(({ name }) => name === wanted)
}
