import { writeFileSync } from 'node:fs'
import type { DatabaseKind } from '#server/store/db/schema.ts'

/** The statements of a release by kind of database, each once, sorted. */
export type Statements = Record<DatabaseKind, string[]>

/** Matches statements that read or write rows. */
const readsOrWrites = /^(select|insert|update|delete|with)\b/i
const migrators = /kysely_migration|pg_catalog|sqlite_master|pragma_|schema_release|information_schema/

const onOneLine = (statement: string): string => statement.replaceAll(/--.*$/gm, '').replaceAll(/\s+/g, ' ').trim()

/** Returns the statement with all lists of values made equal, whatever their length. */
const withoutLists = (statement: string): string =>
  statement
    .replaceAll(/ in \((\$\d+|\?)(, (\$\d+|\?))*\)/g, ' in (…)')
    .replaceAll(/values (\([^()]*\)(, )?)+/g, 'values (…)')
    .replaceAll(/\$\d+/g, '$')

/** Returns a recorder of the statements that a suite runs. */
export const recordedStatements = () => {
  const seen = { sqlite: new Map<string, string>(), postgres: new Map<string, string>() }
  return {
    noteFor: (kind: DatabaseKind) => (text: string) => {
      const statement = onOneLine(text)
      if (!readsOrWrites.test(statement) || migrators.test(statement)) return
      const key = withoutLists(statement)
      const known = seen[kind].get(key)
      if (known === undefined || statement.length < known.length) seen[kind].set(key, statement)
    },
    write: (path: string) => {
      const statements: Statements = {
        sqlite: [...seen.sqlite.values()].sort(),
        postgres: [...seen.postgres.values()].sort(),
      }
      writeFileSync(path, `${JSON.stringify(statements, null, 2)}\n`)
    },
  }
}
