import { type Kysely, sql } from 'kysely'
import type { Schema } from './schema.ts'

/**
 * Counts the releases that changed the tables. One higher with the first migration after a release. A migration may do
 * nothing that the statements of the release before cannot bear: its servers run beside the new ones during an upgrade.
 */
export const release = 2

/** The database was brought to its form by a version that is too far ahead of this one. */
export class NewerDatabase extends Error {
  override readonly name = 'NewerDatabase'
  constructor() {
    super(
      'The database belongs to a later version, which this one cannot run beside. Nothing was written. Start the version ' +
        'that ran last, or a newer one.',
    )
  }
}

/** The migrations that were run on the database and are not among the known ones. */
export const unknownMigrations = async (db: Kysely<Schema>, known: readonly string[]): Promise<string[]> => {
  if (!(await hasTable(db, 'kysely_migration'))) return []
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db)
  return rows.map(({ name }) => name).filter((name) => !known.includes(name))
}

/** Throws {@link NewerDatabase} unless servers of this release may run on the database beside those that changed it. */
export const refuseOlder = async (db: Kysely<Schema>, release: number): Promise<void> => {
  if (!(await hasTable(db, 'schema_release'))) throw new NewerDatabase()
  const row = await db.selectFrom('schema_release').select('oldest').executeTakeFirst()
  if (!row || release < row.oldest) throw new NewerDatabase()
}

/** Notes which release the database belongs to now, and that the one before may run on it. */
export const noteRelease = async (db: Kysely<unknown>, release: number): Promise<void> => {
  await sql`
    insert into schema_release (id, release, oldest) values (1, ${release}, ${release - 1})
    on conflict (id) do update set release = excluded.release, oldest = excluded.oldest`.execute(db)
}

const hasTable = async (db: Kysely<Schema>, wanted: string): Promise<boolean> => {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  return tables.some(({ name }) => name === wanted)
}
