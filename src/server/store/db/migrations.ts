import { type Kysely, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { createIdentityTables } from '#server/store/db/migrations/0001-identity.ts'
import { createTeams } from '#server/store/db/migrations/0002-teams.ts'
import { createSecrets } from '#server/store/db/migrations/0003-secrets.ts'
import { createAccount } from '#server/store/db/migrations/0004-account.ts'
import { createEphemeral } from '#server/store/db/migrations/0005-ephemeral.ts'
import { createAccess } from '#server/store/db/migrations/0006-access.ts'
import { createUses } from '#server/store/db/migrations/0007-uses.ts'
import { createLogins } from '#server/store/db/migrations/0008-logins.ts'
import { createVersions } from '#server/store/db/migrations/0009-versions.ts'
import { createKeys } from '#server/store/db/migrations/0010-keys.ts'
import { createRelease } from '#server/store/db/migrations/0011-nodes.ts'
import { createTeamSettings } from '#server/store/db/migrations/0012-teams.ts'
import { createKeyOwners } from '#server/store/db/migrations/0013-key-owners.ts'
import { createSignatures } from '#server/store/db/migrations/0014-signatures.ts'
import { createSessionProofs } from '#server/store/db/migrations/0015-sessions.ts'
import { createRecovery } from '#server/store/db/migrations/0016-recovery.ts'
import { createOidc } from '#server/store/db/migrations/0017-oidc.ts'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'

export type Migrations = Readonly<Record<string, (db: Kysely<unknown>, kind: DatabaseKind) => Promise<void>>>

/** All migrations, in order. A released migration never changes. */
export const migrations = {
  '0001-identity': createIdentityTables,
  '0002-teams': createTeams,
  '0003-secrets': createSecrets,
  '0004-account': createAccount,
  '0005-ephemeral': createEphemeral,
  '0006-access': createAccess,
  '0007-uses': createUses,
  '0008-logins': createLogins,
  '0009-versions': createVersions,
  '0010-keys': createKeys,
  '0011-nodes': createRelease,
  '0012-teams': createTeamSettings,
  '0013-key-owners': createKeyOwners,
  '0014-signatures': createSignatures,
  '0015-sessions': createSessionProofs,
  '0016-recovery': createRecovery,
  '0017-oidc': createOidc,
}

/** Returns whether this version of the product has a migration of this name. */
export const knowsMigration = (name: string): boolean => Object.hasOwn(migrations, name)

/** The name of the newest migration. */
export const lastMigration = Object.keys(migrations).at(-1) ?? ''

/** Migrates the database to the newest migration, or to `to`. Throws and leaves the database unchanged on failure. */
export const migrate = (db: Kysely<Schema>, kind: DatabaseKind, to?: string): Promise<void> =>
  migrateAs(db, kind, { migrations, release, ...(to === undefined ? {} : { to }) })

/**
 * Migrates as a version with these migrations and this release. Accepts a database that a version one release ahead has
 * migrated, and leaves it unchanged.
 */
export const migrateAs = async (
  db: Kysely<Schema>,
  kind: DatabaseKind,
  as: { migrations: Migrations; release: number; to?: string },
): Promise<void> => {
  const names = Object.keys(as.migrations)
  const unknown = await unknownMigrations(db, names)
  if (unknown.length > 0) return refuseOlder(db, as.release)
  const provided = Object.entries(as.migrations).map(([name, up]): [string, Migration] => [
    name,
    {
      up: async (db: Kysely<unknown>) => {
        await up(db, kind)
        // With the last migration of a release. On PostgreSQL, all of them share one transaction.
        if (name === names.at(-1)) await noteRelease(db, as.release)
      },
    },
  ])
  const migrator = new Migrator({ db, provider: { getMigrations: async () => Object.fromEntries(provided) } })
  const { error } = await (as.to === undefined ? migrator.migrateToLatest() : migrator.migrateTo(as.to))
  if (!error) return
  // Another node, one release ahead, may have migrated the database meanwhile.
  if ((await unknownMigrations(db, names)).length > 0) return refuseOlder(db, as.release)
  throw new Error('The database could not be brought to the current form.', { cause: error })
}

/**
 * Counts the releases that changed the tables. The first migration after a release increments it. Every statement of the
 * previous release must work on the new tables: its servers run alongside the new ones during an upgrade.
 */
export const release = 3

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
const unknownMigrations = async (db: Kysely<Schema>, known: readonly string[]): Promise<string[]> => {
  if (!(await hasTable(db, 'kysely_migration'))) return []
  const { rows } = await sql<{ name: string }>`select name from kysely_migration`.execute(db)
  return rows.map(({ name }) => name).filter((name) => !known.includes(name))
}

/** Throws {@link NewerDatabase} unless servers of this release may run alongside those that migrated the database. */
const refuseOlder = async (db: Kysely<Schema>, release: number): Promise<void> => {
  if (!(await hasTable(db, 'schema_release'))) throw new NewerDatabase()
  const row = await db.selectFrom('schema_release').select('oldest').executeTakeFirst()
  if (!row || release < row.oldest) throw new NewerDatabase()
}

/** Records the release of the database, and that the previous release may still run on it. */
const noteRelease = async (db: Kysely<unknown>, release: number): Promise<void> => {
  await sql`
    insert into schema_release (id, release, oldest) values (1, ${release}, ${release - 1})
    on conflict (id) do update set release = excluded.release, oldest = case
      when schema_release.oldest > excluded.oldest then schema_release.oldest else excluded.oldest end`.execute(db)
}

const hasTable = async (db: Kysely<Schema>, wanted: string): Promise<boolean> => {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true })
  return tables.some(({ name }) => name === wanted)
}
