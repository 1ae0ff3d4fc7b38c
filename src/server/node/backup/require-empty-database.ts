import { type Kysely, sql } from 'kysely'
import { AdminError } from '#server/node/admin/admin-command.ts'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import { isMigrationTable, tablesAtMigration } from './backup-tables.ts'
import { countRows } from './read-rows.ts'

/** Throws {@link AdminError} when a database has rows in the product's tables, or other tables. */
export const requireEmptyDatabase = async (db: Kysely<Schema>, kind: DatabaseKind): Promise<void> => {
  const { ownTables, otherTables } = await groupTables(db, kind)
  const counts = await countRows(db, ownTables)
  const filled = Object.entries(counts).flatMap(([name, rows]) => (rows > 0 ? [`“${name}” with ${rows} rows`] : []))
  const found = [...filled, ...otherTables.map((name) => `“${name}”, which is no table of Gradient Secrets`)]
  if (found.length === 0) return
  const shown = found.slice(0, 4).join(', ')
  const more = found.length > 4 ? ` and ${found.length - 4} tables more` : ''
  throw new AdminError(
    `The database is not empty: it has ${shown}${more}. Nothing was written. ` +
      'Name an empty one with DATA_DIR or DATABASE_URL; a server that was started makes it one that is not empty.',
  )
}

/** Drops the empty tables of an earlier start: they may have another schema. */
export const dropEmptyTables = async (db: Kysely<Schema>, kind: DatabaseKind): Promise<void> => {
  const { ownTables, migrationTables } = await groupTables(db, kind)
  for (const { name } of ownTables.toReversed()) await sql`drop table ${sql.table(name)}`.execute(db)
  for (const name of migrationTables) await sql`drop table ${sql.table(name)}`.execute(db)
}

const groupTables = async (db: Kysely<Schema>, kind: DatabaseKind) => {
  const found = await tableNames(db, kind)
  const all = await tablesAtMigration()
  const names = new Set(all.map(({ name }) => name))
  const migrationTables = found.filter(isMigrationTable)
  return {
    ownTables: all.filter(({ name }) => found.includes(name)),
    migrationTables,
    otherTables: found.filter((name) => !names.has(name) && !isMigrationTable(name)),
  }
}

const tableNames = async (db: Kysely<Schema>, kind: DatabaseKind): Promise<string[]> => {
  const query =
    kind === 'sqlite'
      ? sql<{ name: string }>`select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'`
      : sql<{ name: string }>`select tablename as name from pg_tables where schemaname = current_schema()`
  return (await query.execute(db)).rows.map(({ name }) => name).sort()
}
