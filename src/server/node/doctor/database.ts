import { type Kysely, sql } from 'kysely'
import type { Schema } from '#server/store/schema.ts'
import { type Finding, fail, ok, restoreIt } from './finding.ts'

/** Has SQLite read its whole file, and hold the rows against what they refer to. */
export const lookAtSqlite = async (db: Kysely<Schema>): Promise<Finding> => {
  const damage = await sql<{ integrity_check: string }>`pragma integrity_check(1)`.execute(db)
  const said = damage.rows[0]?.integrity_check
  // What SQLite says of damage may quote what is stored.
  if (said !== 'ok')
    return fail('database', 'The file is damaged: its pages or indexes contradict each other.', restoreIt)
  const lost = await sql<{ table: string }>`pragma foreign_key_check`.execute(db)
  if (lost.rows[0])
    return fail('database', `A row of “${lost.rows[0].table}” refers to one that is not there.`, restoreIt)
  const { rows } = await sql<{ version: string }>`select sqlite_version() as version`.execute(db)
  return ok('database', `SQLite ${rows[0]?.version}: the file and all references are whole.`)
}

const oldestVersion = 150000

/** Asks PostgreSQL for what it has to be, and for what it knows to be wrong itself. */
export const lookAtPostgres = async (db: Kysely<Schema>): Promise<Finding[]> => {
  const { rows } = await sql<{ version: string; number: number; encoding: string }>`
    select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
      current_setting('server_encoding') as encoding`.execute(db)
  const { version = '', number = 0, encoding = '' } = rows[0] ?? {}
  const found: Finding[] = []
  if (number < oldestVersion)
    found.push(fail('database', `PostgreSQL ${version} is too old.`, 'Update it to version 15 or newer.'))
  if (encoding !== 'UTF8') {
    const todo = 'Make a database with “encoding UTF8”, and restore a backup into it.'
    found.push(fail('database', `Its encoding is ${encoding}.`, todo))
  }
  for (const name of await invalidIndexes(db))
    found.push(fail('database', `The index “${name}” is not valid.`, `Run in psql: reindex index "${name}"`))
  for (const name of await brokenIndexes(db))
    found.push(fail('database', `The index “${name}” is damaged.`, `Run in psql: reindex index "${name}"`))
  return found.length > 0 ? found : [ok('database', `PostgreSQL ${version}, ${encoding}: its indexes are valid.`)]
}

const invalidIndexes = async (db: Kysely<Schema>): Promise<string[]> => {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_index i join pg_class c on c.oid = i.indexrelid
    where c.relnamespace = current_schema()::regnamespace and not (i.indisvalid and i.indisready)`.execute(db)
  return rows.map(({ name }) => name)
}

/** Those that the extension amcheck finds damage in, where it was installed. */
const brokenIndexes = async (db: Kysely<Schema>): Promise<string[]> => {
  const installed = await sql`select 1 from pg_extension where extname = 'amcheck'`.execute(db)
  if (installed.rows.length === 0) return []
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_index i join pg_class c on c.oid = i.indexrelid
    join pg_am a on a.oid = c.relam and a.amname = 'btree'
    where c.relnamespace = current_schema()::regnamespace and i.indisvalid order by 1`.execute(db)
  const broken: string[] = []
  for (const { name } of rows) {
    const isWhole = await sql`select bt_index_check(${name}::regclass)`.execute(db).then(
      () => true,
      () => false,
    )
    if (!isWhole) broken.push(name)
  }
  return broken
}
