import { type CreateTableBuilder, type Kysely, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import type { DatabaseKind, Schema } from './schema.ts'

/**
 * Column types and table endings of the two kinds of SQL. Text is compared by code point in both
 * (`COLLATE "C"` on PostgreSQL), so that order and cursors agree.
 */
const dialects = {
  sqlite: {
    text: sql`text`,
    integer: sql`integer`,
    bytes: sql`blob`,
    date: sql`text`,
    boolean: sql`integer`,
    table: sql`strict`,
    clustered: sql`strict, without rowid`,
  },
  postgres: {
    text: sql`text collate "C"`,
    integer: sql`bigint`,
    bytes: sql`bytea`,
    date: sql`timestamptz`,
    boolean: sql`boolean`,
    table: undefined,
    clustered: undefined,
  },
}

const migrationsFor = (kind: DatabaseKind): Record<string, Migration> => {
  const { text, integer, bytes, date, boolean, table, clustered } = dialects[kind]

  const ended = <T extends string, C extends string>(
    builder: CreateTableBuilder<T, C>,
    end: typeof table,
  ): CreateTableBuilder<T, C> => (end ? builder.modifyEnd(end) : builder)

  const identity = async (db: Kysely<unknown>): Promise<void> => {
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

  const teams = async (db: Kysely<unknown>): Promise<void> => {
    const installation = db.schema
      .createTable('installation')
      .addColumn('id', integer, (column) => column.primaryKey().check(sql`id = 1`))
      .addColumn('key_check', bytes, (column) => column.notNull())
      .addColumn('created_at', integer, (column) => column.notNull())
      .addColumn('set_up_at', integer)
    await ended(installation, table).execute()

    const team = db.schema
      .createTable('team')
      .addColumn('id', text, (column) => column.primaryKey())
      .addColumn('namespace', text, (column) => column.notNull().unique())
      .addColumn('name', text, (column) => column.notNull())
      .addColumn('created_at', integer, (column) => column.notNull())
    await ended(team, table).execute()

    const member = db.schema
      .createTable('member')
      .addColumn('team_id', text, (column) => column.notNull().references('team.id').onDelete('cascade'))
      .addColumn('user_id', text, (column) => column.notNull().references('user.id').onDelete('cascade'))
      .addColumn('role', text, (column) => column.notNull())
      .addColumn('created_at', integer, (column) => column.notNull())
      .addPrimaryKeyConstraint('member_key', ['user_id', 'team_id'])
    await ended(member, clustered).execute()
    await db.schema.createIndex('member_team').on('member').column('team_id').execute()

    const dataKey = db.schema
      .createTable('data_key')
      .addColumn('id', text, (column) => column.primaryKey())
      .addColumn('team_id', text, (column) => column.notNull().references('team.id').onDelete('cascade'))
      .addColumn('algorithm', text, (column) => column.notNull())
      .addColumn('wrapped', bytes, (column) => column.notNull())
      .addColumn('created_at', integer, (column) => column.notNull())
    await ended(dataKey, table).execute()
    await db.schema.createIndex('data_key_team').on('data_key').columns(['team_id', 'created_at']).execute()
  }

  const secrets = async (db: Kysely<unknown>): Promise<void> => {
    const scope = db.schema
      .createTable('scope')
      .addColumn('team_id', text, (column) => column.notNull().references('team.id').onDelete('cascade'))
      .addColumn('id', text, (column) => column.notNull())
      .addColumn('kind', text, (column) => column.notNull())
      .addColumn('name', text, (column) => column.notNull())
      .addColumn('name_key', text, (column) => column.notNull())
      .addColumn('type', text)
      .addColumn('created_at', integer, (column) => column.notNull())
      .addColumn('modified_at', integer, (column) => column.notNull())
      .addColumn('revision', integer, (column) => column.notNull().defaultTo(0))
      .addColumn('secrets', integer, (column) => column.notNull().defaultTo(0))
      .addPrimaryKeyConstraint('scope_key', ['team_id', 'id'])
    await ended(scope, clustered).execute()
    await db.schema.createIndex('scope_name').on('scope').columns(['team_id', 'kind', 'name', 'id']).execute()

    // Metadata apart from the sealed values: a list reads neighbouring rows of one tree and never a value's pages.
    const secret = db.schema
      .createTable('secret')
      .addColumn('team_id', text, (column) => column.notNull())
      .addColumn('scope_id', text, (column) => column.notNull())
      .addColumn('name', text, (column) => column.notNull())
      .addColumn('name_key', text, (column) => column.notNull())
      .addColumn('version', integer, (column) => column.notNull())
      .addColumn('revision', integer, (column) => column.notNull())
      .addColumn('created_at', integer, (column) => column.notNull())
      .addColumn('modified_at', integer, (column) => column.notNull())
      .addColumn('modified_by', text, (column) => column.notNull())
      .addPrimaryKeyConstraint('secret_key', ['team_id', 'scope_id', 'name'])
      .addUniqueConstraint('secret_name_key', ['team_id', 'scope_id', 'name_key'])
      .addForeignKeyConstraint('secret_scope', ['team_id', 'scope_id'], 'scope', ['team_id', 'id'], (key) =>
        key.onDelete('cascade'),
      )
    await ended(secret, clustered).execute()
    await db.schema.createIndex('secret_name').on('secret').columns(['team_id', 'name', 'scope_id']).execute()
    await db.schema
      .createIndex('secret_created')
      .on('secret')
      .columns(['team_id', 'scope_id', 'created_at', 'name'])
      .execute()

    const version = db.schema
      .createTable('secret_version')
      .addColumn('team_id', text, (column) => column.notNull())
      .addColumn('scope_id', text, (column) => column.notNull())
      .addColumn('name', text, (column) => column.notNull())
      .addColumn('version', integer, (column) => column.notNull())
      .addColumn('algorithm', text, (column) => column.notNull())
      .addColumn('key_id', text, (column) => column.notNull().references('data_key.id'))
      .addColumn('sealed', bytes, (column) => column.notNull())
      .addColumn('created_at', integer, (column) => column.notNull())
      .addColumn('created_by', text, (column) => column.notNull())
      .addPrimaryKeyConstraint('secret_version_key', ['team_id', 'scope_id', 'name', 'version'])
      .addForeignKeyConstraint(
        'secret_version_secret',
        ['team_id', 'scope_id', 'name'],
        'secret',
        ['team_id', 'scope_id', 'name'],
        (key) => key.onDelete('cascade'),
      )
    await ended(version, clustered).execute()
  }

  return {
    '0001-identity': { up: identity },
    '0002-teams': { up: teams },
    '0003-secrets': { up: secrets },
  }
}

/** Brings the database to the current form, or throws and leaves it as it was. */
export const migrate = async (db: Kysely<Schema>, kind: DatabaseKind): Promise<void> => {
  const migrations = migrationsFor(kind)
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  const { error } = await migrator.migrateToLatest()
  if (error) throw new Error('The database could not be brought to the current form.', { cause: error })
}
