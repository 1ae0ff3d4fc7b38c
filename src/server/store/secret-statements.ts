import type { Kysely } from 'kysely'
import type { ScopeKind } from '#shared/scope.ts'
import { prepared } from './prepared.ts'
import type { Schema } from './schema.ts'

type InScope = { teamId: string; scopeId: string }
type Named = InScope & { name: string }
type ScopeGiven = InScope & { kind: ScopeKind }

/** Reads secrets of a scope with the name of who set them last. */
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
      'user.name as modified_by_name',
    ])
    .where('secret.team_id', '=', teamId)
    .where('secret.scope_id', '=', scopeId)

export type SecretRow = Awaited<ReturnType<ReturnType<typeof readable>['execute']>>[number]

/** The statements of the paths that are taken most, each compiled once. */
export const secretStatements = (db: Kysely<Schema>) => ({
  scope: prepared((given: ScopeGiven) =>
    db
      .selectFrom('scope')
      .select(['revision', 'secrets'])
      .where('team_id', '=', given.teamId)
      .where('id', '=', given.scopeId)
      .where('kind', '=', given.kind),
  ),

  byName: prepared((given: Named) => readable(db, given).where('secret.name', '=', given.name)),

  byNameKey: prepared((given: InScope & { nameKey: string }) =>
    readable(db, given).where('secret.name_key', '=', given.nameKey),
  ),

  /**
   * Takes the scope's next revision. Being the first statement of every write, it also makes writes to one scope wait
   * for each other on PostgreSQL, where the row stays locked until the transaction ends.
   */
  nextRevision: prepared((given: ScopeGiven) =>
    db
      .updateTable('scope')
      .set((eb) => ({ revision: eb('revision', '+', 1) }))
      .where('team_id', '=', given.teamId)
      .where('id', '=', given.scopeId)
      .where('kind', '=', given.kind)
      .returning(['revision', 'name']),
  ),

  count: prepared((given: InScope & { change: 1 | -1 }) =>
    db
      .updateTable('scope')
      .set((eb) => ({ secrets: eb('secrets', '+', given.change) }))
      .where('team_id', '=', given.teamId)
      .where('id', '=', given.scopeId),
  ),

  insert: prepared((given: Named & { nameKey: string; version: number; revision: number; at: number; by: string }) =>
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

  update: prepared((given: Named & { version: number; revision: number; at: number; by: string }) =>
    db
      .updateTable('secret')
      .set({ version: given.version, revision: given.revision, modified_at: given.at, modified_by: given.by })
      .where('team_id', '=', given.teamId)
      .where('scope_id', '=', given.scopeId)
      .where('name', '=', given.name),
  ),

  delete: prepared((given: Named) =>
    db
      .deleteFrom('secret')
      .where('team_id', '=', given.teamId)
      .where('scope_id', '=', given.scopeId)
      .where('name', '=', given.name),
  ),

  insertVersion: prepared(
    (
      given: Named & { version: number; algorithm: string; keyId: string; sealed: Uint8Array; at: number; by: string },
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
      }),
  ),

  /** Puts a new version in place of the old one, whose sealed bytes are gone with that. */
  replaceVersion: prepared(
    (
      given: Named & {
        old: number
        version: number
        algorithm: string
        keyId: string
        sealed: Uint8Array
        at: number
        by: string
      },
    ) =>
      db
        .updateTable('secret_version')
        .set({
          version: given.version,
          algorithm: given.algorithm,
          key_id: given.keyId,
          sealed: given.sealed,
          created_at: given.at,
          created_by: given.by,
        })
        .where('team_id', '=', given.teamId)
        .where('scope_id', '=', given.scopeId)
        .where('name', '=', given.name)
        .where('version', '=', given.old),
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
