import { stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Kysely, sql } from 'kysely'
import type { DatabaseLocation } from '#server/node/database/open-database.ts'
import type { Schema } from '#server/store/db/schema.ts'

/** What is known of the database as a whole. */
export type DatabaseStatistics = {
  /** The newest migration that it has had. */
  migration: string
  /** Records of all trails together. */
  auditRecords: number
  secrets: number
  /** When the newest data key of a team was made, for the team that got one last and the one that got none for longest. */
  dataKeys: { newest: number; oldest: number } | undefined
  bytes: number
  /** What is left where its file is; of a database elsewhere, that is not known. */
  diskFree: number | undefined
}

/** Reads them in few statements, all of them over small tables. */
export const readDatabaseStatistics = async (
  db: Kysely<Schema>,
  location: DatabaseLocation,
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
  const migrated = await sql<{ name: string | null }>`select max(name) as name from kysely_migration`.execute(db)
  return {
    migration: migrated.rows[0]?.name ?? 'none',
    auditRecords: Number(heads?.records ?? 0),
    secrets: Number(scopes?.secrets ?? 0),
    dataKeys: keys?.newest && keys.oldest ? { newest: Number(keys.newest), oldest: Number(keys.oldest) } : undefined,
    ...(location.kind === 'sqlite' ? await sizeOfFiles(location.path) : await sizeOfDatabase(db)),
  }
}

type Size = Pick<DatabaseStatistics, 'bytes' | 'diskFree'>

const sizeOfDatabase = async (db: Kysely<Schema>): Promise<Size> => {
  const { rows } = await sql<{ bytes: number }>`select pg_database_size(current_database()) as bytes`.execute(db)
  return { bytes: Number(rows[0]?.bytes ?? 0), diskFree: undefined }
}

/** With the log of what is not in the file yet. */
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
