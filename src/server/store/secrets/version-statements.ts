import { type Expression, type Kysely, type RawBuilder, sql } from 'kysely'
import { prepared, preparedCommand } from '#server/store/db/prepared-statement.ts'
import type { Schema } from '#server/store/db/schema.ts'

type Named = { teamId: string; scopeId: string; name: string }
type OneVersion = Named & { version: number }

/** What a row of versions says of its value, unless that is about another version which stood there before. */
export const about = <Value>(column: Expression<Value>, table: string): RawBuilder<Value | null> =>
  sql<Value | null>`case when ${sql.ref(`${table}.about_version`)} = ${sql.ref(`${table}.version`)} then ${column} end`

/** The statements about versions on the paths that are taken most, each compiled once. */
export const versionStatements = (db: Kysely<Schema>) => ({
  insert: preparedCommand(
    (
      given: OneVersion & {
        algorithm: string
        keyId: string
        sealed: Uint8Array
        fingerprint: string
        restoredFrom: number | null
        at: number
        by: string
      },
    ) =>
      db.insertInto('secret_version').values({
        team_id: given.teamId,
        scope_id: given.scopeId,
        name: given.name,
        version: given.version,
        algorithm: given.algorithm,
        key_id: given.keyId,
        sealed: given.sealed,
        created_at: given.at,
        created_by: given.by,
        fingerprint: given.fingerprint,
        restored_from: given.restoredFrom,
        about_version: given.version,
      }),
  ),

  /** Deletes the versions up to this one. */
  deleteUpTo: preparedCommand((given: OneVersion) =>
    db
      .deleteFrom('secret_version')
      .where('team_id', '=', given.teamId)
      .where('scope_id', '=', given.scopeId)
      .where('name', '=', given.name)
      .where('version', '<=', given.version),
  ),

  /** A sealed value of a secret with the key that it opens with. */
  stored: prepared((given: OneVersion) =>
    db
      .selectFrom('secret_version as v')
      .innerJoin('data_key as k', 'k.id', 'v.key_id')
      .select(['v.version', 'v.algorithm', 'v.sealed', 'k.id', 'k.algorithm as key_algorithm', 'k.wrapped'])
      .where('v.team_id', '=', given.teamId)
      .where('v.scope_id', '=', given.scopeId)
      .where('v.name', '=', given.name)
      .where('v.version', '=', given.version),
  ),
})
