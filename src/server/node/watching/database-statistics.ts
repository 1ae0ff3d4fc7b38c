import { stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Kysely, sql } from 'kysely'
import type { DatabaseLocation } from '#server/node/database/open-database.ts'
import type { Schema } from '#server/store/db/schema.ts'
import { expiryWarningDays } from '#shared/people/api-key.ts'

const day = 86_400_000

/** Statistics of the whole database. */
export type DatabaseStatistics = {
  /** The name of its newest migration. */
  migration: string
  /** The number of records in all audit trails. */
  auditRecords: number
  secrets: number
  /** Of the newest data key of each team: when the newest and the oldest of these were created. */
  dataKeys: { newest: number; oldest: number } | undefined
  /** How many API keys expire soon, by the number of days; without those that were renewed. */
  expiringKeys: ReadonlyMap<number, number>
  bytes: number
  /** Free space on the disk of a SQLite file; `undefined` for PostgreSQL. */
  diskFree: number | undefined
}

/** Reads the statistics with a few queries on small tables. */
export const readDatabaseStatistics = async (
  db: Kysely<Schema>,
  location: DatabaseLocation,
  now: number,
): Promise<DatabaseStatistics> => {
  const heads = await db.selectFrom('audit_head').select(sql`sum(seq)`.as('records')).executeTakeFirst()
  const scopes = await db.selectFrom('scope').select(sql`sum(secrets)`.as('secrets')).executeTakeFirst()
  const keys = await db
    .selectFrom((from) =>
      from
        .selectFrom('data_key')
        .select(({ fn }) => fn.max('created_at').as('made'))
        .groupBy('team_id')
        .as('newest_of_team'),
    )
    .select(({ fn }) => [fn.max('made').as('newest'), fn.min('made').as('oldest')])
    .executeTakeFirst()
  const expiring = await db
    .selectFrom('api_key')
    .select((eb) =>
      expiryWarningDays.map((days) =>
        eb.fn
          .countAll<number | string>()
          .filterWhere('expires_at', '<=', now + days * day)
          .as(`within${days}`),
      ),
    )
    .where('revoked_at', 'is', null)
    .where('renewed_as', 'is', null)
    .where('expires_at', '>', now)
    .where('expires_at', '<=', now + Math.max(...expiryWarningDays) * day)
    .executeTakeFirstOrThrow()
  const migrated = await sql<{ name: string | null }>`select max(name) as name from kysely_migration`.execute(db)
  return {
    migration: migrated.rows[0]?.name ?? 'none',
    auditRecords: Number(heads?.records ?? 0),
    secrets: Number(scopes?.secrets ?? 0),
    dataKeys: keys?.newest && keys.oldest ? { newest: Number(keys.newest), oldest: Number(keys.oldest) } : undefined,
    expiringKeys: new Map(expiryWarningDays.map((days) => [days, Number(expiring[`within${days}`])])),
    ...(location.kind === 'sqlite' ? await sizeOfFiles(location.path) : await sizeOfDatabase(db)),
  }
}

type Size = Pick<DatabaseStatistics, 'bytes' | 'diskFree'>

const sizeOfDatabase = async (db: Kysely<Schema>): Promise<Size> => {
  const { rows } = await sql<{ bytes: number }>`select pg_database_size(current_database()) as bytes`.execute(db)
  return { bytes: Number(rows[0]?.bytes ?? 0), diskFree: undefined }
}

/** Returns the size including the write-ahead log. */
const sizeOfFiles = async (path: string): Promise<Size> => {
  const sizes = [path, `${path}-wal`].map((file) =>
    stat(file)
      .then(({ size }) => size)
      .catch(() => 0),
  )
  const bytes = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
  const { bavail, bsize } = await statfs(dirname(path))
  return { bytes, diskFree: bavail * bsize }
}
