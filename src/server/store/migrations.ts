import type { Kysely } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { createIdentityTables } from './migrations/0001-identity.ts'
import { createTeams } from './migrations/0002-teams.ts'
import { createSecrets } from './migrations/0003-secrets.ts'
import { createAccount } from './migrations/0004-account.ts'
import { createEphemeral } from './migrations/0005-ephemeral.ts'
import { createAccess } from './migrations/0006-access.ts'
import { createUses } from './migrations/0007-uses.ts'
import { createLogins } from './migrations/0008-logins.ts'
import { createVersions } from './migrations/0009-versions.ts'
import { createKeys } from './migrations/0010-keys.ts'
import type { DatabaseKind, Schema } from './schema.ts'

/** In their order. One that was released stays as it is. */
const migrations = {
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
}

/** Whether this version of the product knows a migration of this name. */
export const knowsMigration = (name: string): boolean => Object.hasOwn(migrations, name)

/** The one that brings a database to the current form. */
export const lastMigration = Object.keys(migrations).at(-1) ?? ''

/** Brings the database to the current form, or that after the migration `to`; or throws and leaves it as it was. */
export const migrate = async (db: Kysely<Schema>, kind: DatabaseKind, to?: string): Promise<void> => {
  const provided = Object.entries(migrations).map(([name, up]): [string, Migration] => [
    name,
    { up: (db: Kysely<unknown>) => up(db, kind) },
  ])
  const migrator = new Migrator({ db, provider: { getMigrations: async () => Object.fromEntries(provided) } })
  const { error } = await (to === undefined ? migrator.migrateToLatest() : migrator.migrateTo(to))
  if (error) throw new Error('The database could not be brought to the current form.', { cause: error })
}
