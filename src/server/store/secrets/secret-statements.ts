import { type Expression, type Kysely, type RawBuilder, sql } from 'kysely'
import { prepared, preparedCommand } from '#server/store/db/prepared-statement.ts'
import type { Schema } from '#server/store/db/schema.ts'
import { ownerName } from '#server/store/people/owner-name.ts'
import type { ScopeKind } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'

type InScope = { teamId: string; scopeId: string }
type Named = InScope & { name: string }
type ScopeGiven = InScope & { kind: ScopeKind }

/** Selects the secrets of a scope, with the name of who set them last. */
export const readable = (db: Kysely<Schema>, { teamId, scopeId }: InScope) =>
  db
    .selectFrom('secret')
    .leftJoin('user', 'user.id', 'secret.modified_by')
    .select([
      'secret.name',
      'secret.version',
      'secret.revision',
      'secret.created_at',
      'secret.modified_at',
      'secret.modified_by',
      ownerName('secret.modified_by').as('modified_by_name'),
    ])
    .where('secret.team_id', '=', teamId)
    .where('secret.scope_id', '=', scopeId)

export type SecretRow = Awaited<ReturnType<ReturnType<typeof readable>['execute']>>[number]

export const toSecret = (row: SecretRow): Secret => ({
  name: row.name,
  version: row.version,
  dtCreated: new Date(row.created_at).toISOString(),
  dtModified: new Date(row.modified_at).toISOString(),
  setBy: { id: row.modified_by, name: row.modified_by_name ?? 'someone who has left' },
  etag: `"${row.revision}"`,
})

/** The statements about secrets that run most often. */
export const secretStatements = (db: Kysely<Schema>) => ({
  scope: prepared((given: ScopeGiven) =>
    db
      .selectFrom('scope')
      .select(['revision', 'secrets'])
      .where('team_id', '=', given.teamId)
      .where('id', '=', given.scopeId)
      .where('kind', '=', given.kind)
      .where('deleted_at', 'is', null),
  ),

  byName: prepared((given: Named) => readable(db, given).where('secret.name', '=', given.name)),

  /** Includes what is needed to compare a value with the current one. */
  byNameKey: prepared((given: InScope & { nameKey: string }) =>
    readable(db, given)
      .leftJoin('secret_version as v', (join) =>
        join
          .onRef('v.team_id', '=', 'secret.team_id')
          .onRef('v.scope_id', '=', 'secret.scope_id')
          .onRef('v.name', '=', 'secret.name')
          .onRef('v.version', '=', 'secret.version'),
      )
      .select((eb) => ['v.key_id', about(eb.ref('v.fingerprint'), 'v').as('fingerprint')])
      .where('secret.name_key', '=', given.nameKey),
  ),

  /**
   * Takes the scope's next revision. It is the first statement of every write, and locks the row: on PostgreSQL, writes
   * to one scope wait for each other.
   */
  nextRevision: prepared((given: ScopeGiven) =>
    db
      .updateTable('scope')
      .set((eb) => ({ revision: eb('revision', '+', 1) }))
      .where('team_id', '=', given.teamId)
      .where('id', '=', given.scopeId)
      .where('kind', '=', given.kind)
      .where('deleted_at', 'is', null)
      .returning(['revision', 'name']),
  ),

  /** Gives back the unused revision of a write that changed nothing. No reader has seen it. */
  returnRevision: prepared((given: InScope) =>
    db
      .updateTable('scope')
      .set((eb) => ({ revision: eb('revision', '-', 1) }))
      .where('team_id', '=', given.teamId)
      .where('id', '=', given.scopeId),
  ),

  count: preparedCommand((given: InScope & { change: 1 | -1 }) =>
    db
      .updateTable('scope')
      .set((eb) => ({ secrets: eb('secrets', '+', given.change) }))
      .where('team_id', '=', given.teamId)
      .where('id', '=', given.scopeId),
  ),

  insert: preparedCommand(
    (given: Named & { nameKey: string; version: number; revision: number; at: number; by: string }) =>
      db.insertInto('secret').values({
        team_id: given.teamId,
        scope_id: given.scopeId,
        name: given.name,
        name_key: given.nameKey,
        version: given.version,
        revision: given.revision,
        created_at: given.at,
        modified_at: given.at,
        modified_by: given.by,
      }),
  ),

  update: preparedCommand((given: Named & { version: number; revision: number; at: number; by: string }) =>
    db
      .updateTable('secret')
      .set({ version: given.version, revision: given.revision, modified_at: given.at, modified_by: given.by })
      .where('team_id', '=', given.teamId)
      .where('scope_id', '=', given.scopeId)
      .where('name', '=', given.name),
  ),

  sealed: prepared((given: Named) =>
    db
      .selectFrom('secret_version as v')
      .innerJoin('secret as s', (join) =>
        join
          .onRef('s.team_id', '=', 'v.team_id')
          .onRef('s.scope_id', '=', 'v.scope_id')
          .onRef('s.name', '=', 'v.name')
          .onRef('s.version', '=', 'v.version'),
      )
      .select(['v.version', 'v.algorithm', 'v.key_id', 'v.sealed'])
      .where('v.team_id', '=', given.teamId)
      .where('v.scope_id', '=', given.scopeId)
      .where('v.name', '=', given.name),
  ),
})

type OneVersion = Named & { version: number }

/** Returns metadata of a version, or null when it belongs to an earlier version of the row. */
export const about = <Value>(column: Expression<Value>, table: string): RawBuilder<Value | null> =>
  sql<Value | null>`case when ${sql.ref(`${table}.about_version`)} = ${sql.ref(`${table}.version`)} then ${column} end`

/** The statements about versions that run most often. */
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

  /** Deletes the versions up to and including this one. */
  deleteUpTo: preparedCommand((given: OneVersion) =>
    db
      .deleteFrom('secret_version')
      .where('team_id', '=', given.teamId)
      .where('scope_id', '=', given.scopeId)
      .where('name', '=', given.name)
      .where('version', '<=', given.version),
  ),

  /** Selects a sealed value with its data key. */
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
