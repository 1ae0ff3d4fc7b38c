import { writeFileSync } from 'node:fs'
import type { DatabaseKind } from '#server/store/db/schema.ts'

/** The statements of a release, by the kind of SQL, each once and in order. */
export type Statements = Record<DatabaseKind, string[]>

/** What reads or writes rows of the product's own tables. */
const ofInterest = /^(select|insert|update|delete|with)\b/i
const migrators = /kysely_migration|pg_catalog|sqlite_master|pragma_|schema_release|information_schema/

const onOneLine = (statement: string): string => statement.replaceAll(/--.*$/gm, '').replaceAll(/\s+/g, ' ').trim()

/** Lists of however many values are one statement. */
const withoutLists = (statement: string): string =>
  statement
    .replaceAll(/ in \((\$\d+|\?)(, (\$\d+|\?))*\)/g, ' in (…)')
    .replaceAll(/values (\([^()]*\)(, )?)+/g, 'values (…)')
    .replaceAll(/\$\d+/g, '$')

/** Collects the statements that a suite runs. */
export const recordedStatements = () => {
  const seen = { sqlite: new Map<string, string>(), postgres: new Map<string, string>() }
  return {
    noteFor: (kind: DatabaseKind) => (text: string) => {
      const statement = onOneLine(text)
      if (!ofInterest.test(statement) || migrators.test(statement)) return
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
