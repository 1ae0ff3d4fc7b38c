import { DatabaseSync } from 'node:sqlite'
import { connectTo } from '#server/node/database/open-database.ts'
import { migrate } from '#server/store/db/migrations.ts'

/**
 * A table as both databases have it: its columns, the columns of its primary key in order, and those that hold bytes.
 */
export type Table = { name: string; columns: readonly string[]; key: readonly string[]; bytes: readonly string[] }

type Column = { name: string; type: string; pk: number }

/** Cached by migration: the result of a migration does not change. */
const known = new Map<string | undefined, Promise<Table[]>>()

/**
 * Returns the tables of a database after a migration, the latest by default, parents before children. They are read
 * from a database made for this purpose: a list kept by hand could miss a table.
 */
export const tablesAtMigration = async (migration?: string): Promise<Table[]> => {
  const tables = known.get(migration) ?? readTables(migration)
  known.set(migration, tables)
  return [...(await tables)]
}

const readTables = async (migration?: string): Promise<Table[]> => {
  const database = new DatabaseSync(':memory:')
  const db = connectTo(database)
  try {
    await migrate(db, 'sqlite', migration)
    const names = database
      .prepare(`select name from sqlite_schema where type = 'table' order by name`)
      .all()
      .map(({ name }) => String(name))
      .filter((name) => !isMigrationTable(name))
    const parents = new Map(names.map((name) => [name, parentsOf(database, name)]))
    return inOrder(names, parents).map((name) => tableIn(database, name))
  } finally {
    await db.destroy()
  }
}

/** Returns whether a table describes the schema. Migrations fill such tables, so a backup does not contain them. */
export const isMigrationTable = (name: string): boolean =>
  name.startsWith('kysely_migration') || name === 'schema_release'

const tableIn = (database: DatabaseSync, name: string): Table => {
  const columns = database.prepare('select name, type, pk from pragma_table_info(?)').all(name) as Column[]
  const key = columns.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk)
  const bytes = columns.filter(({ type }) => type.toLowerCase() === 'blob')
  return { name, columns: namesOf(columns), key: namesOf(key), bytes: namesOf(bytes) }
}

const namesOf = (columns: readonly Column[]) => columns.map(({ name }) => name)

const parentsOf = (database: DatabaseSync, name: string): string[] =>
  database
    .prepare('select distinct "table" as parent from pragma_foreign_key_list(?)')
    .all(name)
    .map(({ parent }) => String(parent))

const inOrder = (names: readonly string[], parents: ReadonlyMap<string, readonly string[]>): string[] => {
  const ordered = new Set<string>()
  const add = (name: string): void => {
    if (ordered.has(name)) return
    for (const parent of parents.get(name) ?? []) if (parent !== name) add(parent)
    ordered.add(name)
  }
  for (const name of names) add(name)
  return [...ordered]
}

/** Finds a table by name. Throws when there is none. */
export const findTable = (name: string, tables: readonly Table[]): Table => {
  const found = tables.find((table) => table.name === name)
  if (!found) throw new Error(`There is no table “${name}”.`)
  return found
}
