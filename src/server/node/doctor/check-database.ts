import { type Kysely, sql } from 'kysely'
import { knowsMigration, lastMigration } from '#server/store/db/migrations.ts'
import type { Schema } from '#server/store/db/schema.ts'
import { type Finding, fail, ok, restoreAdvice, warn } from './finding.ts'

/** Checks the integrity of a SQLite file and its references. */
export const checkSqlite = async (db: Kysely<Schema>): Promise<Finding> => {
  const damageCodes = await sql<{ integrity_check: string }>`pragma integrity_check(1)`.execute(db)
  const summary = damageCodes.rows[0]?.integrity_check
  // SQLite's own message may quote stored data.
  if (summary !== 'ok')
    return fail('database', 'The file is damaged: its pages or indexes contradict each other.', restoreAdvice)
  const lost = await sql<{ table: string }>`pragma foreign_key_check`.execute(db)
  if (lost.rows[0])
    return fail('database', `A row of “${lost.rows[0].table}” refers to one that is not there.`, restoreAdvice)
  const { rows } = await sql<{ version: string }>`select sqlite_version() as version`.execute(db)
  return ok('database', `SQLite ${rows[0]?.version}: the file and all references are whole.`)
}

const oldestVersion = 150000

/** Checks the version, encoding and indexes of a PostgreSQL database. */
export const checkPostgres = async (db: Kysely<Schema>): Promise<Finding[]> => {
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
  const { broken, summary } = await checkIndexContent(db)
  for (const name of broken)
    found.push(fail('database', `The index “${name}” is damaged.`, `Run in psql: reindex index "${name}"`))
  return found.length > 0 ? found : [ok('database', `PostgreSQL ${version}, ${encoding}: ${summary}`)]
}

const invalidIndexes = async (db: Kysely<Schema>): Promise<string[]> => {
  const { rows } = await sql<{ name: string }>`
    select c.relname as name from pg_index i join pg_class c on c.oid = i.indexrelid
    where c.relnamespace = current_schema()::regnamespace and not (i.indisvalid and i.indisready)`.execute(db)
  return rows.map(({ name }) => name)
}

/** The PostgreSQL error codes for a damaged table or index, as opposed to a failed check. */
const damageCodes = new Set(['XX001', 'XX002'])

/** Returns the indexes that the extension amcheck finds damaged, and how far the check went. */
const checkIndexContent = async (db: Kysely<Schema>): Promise<{ broken: string[]; summary: string }> => {
  const check = await sql<{ call: string; allowed: boolean }>`
    select p.oid::regproc::text as call, has_function_privilege(p.oid, 'execute') as allowed
    from pg_proc p join pg_depend d on d.objid = p.oid and d.classid = 'pg_proc'::regclass and d.deptype = 'e'
    join pg_extension e on e.oid = d.refobjid and d.refclassid = 'pg_extension'::regclass
    where e.extname = 'amcheck' and p.proname = 'bt_index_check' order by p.pronargs limit 1`.execute(db)
  const [amcheck] = check.rows
  const valid = 'its indexes are valid'
  if (!amcheck)
    return { broken: [], summary: `${valid}. What is in them is looked at where there is the extension amcheck.` }
  if (!amcheck.allowed) return { broken: [], summary: `${valid}. This user may not call amcheck to look into them.` }
  const { rows } = await sql<{ id: number; name: string }>`
    select c.oid::int8 as id, c.relname as name from pg_index i join pg_class c on c.oid = i.indexrelid
    join pg_am a on a.oid = c.relam and a.amname = 'btree'
    where c.relnamespace = current_schema()::regnamespace and i.indisvalid order by c.relname`.execute(db)
  const broken: string[] = []
  for (const { id, name } of rows) {
    await sql`select ${sql.raw(amcheck.call)}(${id}::oid)`.execute(db).catch((error) => {
      if (!damageCodes.has(error?.code)) throw error
      broken.push(name)
    })
  }
  return { broken, summary: `${valid}, and amcheck finds no damage in them.` }
}

/** Compares the schema of the database with that of this version. `last` is the database's last migration. */
export const checkMigrations = (last: string): Finding => {
  if (!knowsMigration(last)) {
    const found = `A newer version of Gradient Secrets has changed the database (${last}).`
    return fail('form', found, 'Start that version: this one cannot read what it wrote.')
  }
  if (last === lastMigration) return ok('form', `It is the current one (${last}).`)
  return warn('form', `It is older (${last}) than this version’s (${lastMigration}).`, 'The next start changes it.')
}
