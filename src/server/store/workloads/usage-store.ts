import { type Expression, type ExpressionBuilder, type Kysely, type SqlBool, sql } from 'kysely'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import { ownerName } from '#server/store/people/owner-name.ts'
import { isVisible, type Visibility } from '#server/store/people/project-access-store.ts'
import type { Scope } from '#shared/scope.ts'
import type { SecretUse } from '#shared/workload/secret-use.ts'

/**
 * Selects uses: of secrets in `scope`, or by workloads on `projectId`, or by workloads on `clusterId`. A use matches if
 * one of the given three does, and all match when none is given. `name` restricts the uses to one name, `from` to the
 * secrets of one scope.
 *
 * `{ scope, name }` selects one secret, `{ name, projectId }` all uses of a name by a project, from any scope, and `{
 * scope, projectId: scope.id }` all uses that deleting a project affects.
 */
export type UsesOf = { scope?: Scope; name?: string; from?: Scope; projectId?: string; clusterId?: string }

export type UsageStore = {
  /**
   * Returns the newest use of each of these secrets of a scope that was ever used. Invisible projects and clusters are
   * null, and keys that were used on an invisible project have no name.
   */
  lastUses(
    teamId: string,
    scope: Scope,
    names: readonly string[],
    visibility?: Visibility,
  ): Promise<Map<string, SecretUse>>
  /**
   * Returns the newest `limit` uses since a time in milliseconds since 1970, newest first, with the name of each
   * secret, and the total. There is one use per secret, key and pair. Invisible projects and clusters are null, and
   * their uses count.
   */
  uses(
    teamId: string,
    of: UsesOf,
    since: number,
    limit: number,
    visibility?: Visibility,
  ): Promise<{ uses: (SecretUse & { secret: string })[]; total: number }>
}

/** Reads the uses of secrets, which `record-uses.ts` writes. */
export const usageStore = (db: Kysely<Schema>, kind: DatabaseKind): UsageStore => {
  const withNames = async (teamId: string, rows: readonly UseRow[], visibility: Visibility | undefined) => {
    const names = await findScopeNames(db, teamId, rows, visibility)
    return rows.map((row) => ({ ...toUse(row, names, visibility === undefined), secret: row.secret }))
  }

  return {
    lastUses: async (teamId, { id }, names, visibility) => {
      if (names.length === 0) return new Map()
      const newest = sql<number>`(
        select max(used.used_at) from secret_use as used
        where used.team_id = secret.team_id and used.scope_id = secret.scope_id and used.name = secret.name
      )`
      // Starts from the secrets: the index has the newest use of each in one place.
      const rows = await readable(db)
        .innerJoin('secret', (join) =>
          join
            .onRef('secret.team_id', '=', 'secret_use.team_id')
            .onRef('secret.scope_id', '=', 'secret_use.scope_id')
            .onRef('secret.name', '=', 'secret_use.name'),
        )
        .where('secret.team_id', '=', teamId)
        .where('secret.scope_id', '=', id)
        .where('secret.name', 'in', names)
        .whereRef('secret_use.used_at', '=', newest)
        .execute()
      const uses = await withNames(teamId, rows, visibility)
      return new Map(uses.map(({ secret, ...use }) => [secret, use]))
    },

    uses: async (teamId, of, since, limit, visibility) => {
      const matching = readable(db)
        .where('secret_use.team_id', '=', teamId)
        .where('secret_use.used_at', '>=', since)
        .where(isOfPresentScope)
        .where(concerns(of, kind))
      const rows = await matching
        .orderBy('secret_use.used_at', 'desc')
        .orderBy('secret_use.name')
        .orderBy('secret_use.api_key_id')
        .orderBy('secret_use.project_id')
        .orderBy('secret_use.cluster_id')
        .limit(limit)
        .execute()
      const { total } = await db
        .selectFrom(matching.as('matching'))
        .select((eb) => eb.fn.countAll<number | string>().as('total'))
        .executeTakeFirstOrThrow()
      return { uses: await withNames(teamId, rows, visibility), total: Number(total) }
    },
  }
}

/** The condition that a use is of a secret whose project or cluster is not in the trash. */
const isOfPresentScope = sql<SqlBool>`exists (
  select 1 from scope as present
  where present.team_id = secret_use.team_id and present.id = secret_use.scope_id and present.deleted_at is null
)`

/** Returns the condition that a use matches. */
const concerns =
  ({ scope, name, from, projectId, clusterId }: UsesOf, kind: DatabaseKind) =>
  (eb: ExpressionBuilder<Schema, 'secret_use'>): Expression<SqlBool> => {
    // SQLite expects few rows per team, and would walk all its uses instead of looking these up in their index.
    const few = (condition: Expression<SqlBool>) =>
      kind === 'sqlite' ? sql<SqlBool>`unlikely(${condition})` : condition
    const any = [
      ...(scope ? [eb('secret_use.scope_id', '=', scope.id)] : []),
      ...(projectId === undefined ? [] : [few(eb('secret_use.project_id', '=', projectId))]),
      ...(clusterId === undefined ? [] : [few(eb('secret_use.cluster_id', '=', clusterId))]),
    ]
    return eb.and([
      ...(any.length > 0 ? [eb.or(any)] : []),
      ...(name === undefined ? [] : [eb('secret_use.name', '=', name)]),
      ...(from ? [eb('secret_use.scope_id', '=', from.id)] : []),
    ])
  }

/** Returns the condition that no workload ever read a secret, or that it was neither read nor set since a time. */
export const isUnused =
  (unused: 'ever' | number) =>
  (eb: ExpressionBuilder<Schema, 'secret'>): Expression<SqlBool> => {
    const uses = sql`select 1 from secret_use as used
      where used.team_id = secret.team_id and used.scope_id = secret.scope_id and used.name = secret.name`
    if (unused === 'ever') return sql<SqlBool>`not exists (${uses})`
    return eb.and([
      eb('secret.modified_at', '<', unused),
      sql<SqlBool>`not exists (${uses} and used.used_at >= ${unused})`,
    ])
  }

/** Selects uses with the names of their keys, which may be deleted, and of the keys' owners. */
const readable = (db: Kysely<Schema>) =>
  db
    .selectFrom('secret_use')
    .leftJoin('api_key', 'api_key.id', 'secret_use.api_key_id')
    .leftJoin('user', 'user.id', 'secret_use.user_id')
    .select([
      'secret_use.name as secret',
      'secret_use.used_at',
      'secret_use.version',
      'secret_use.api_key_id',
      'secret_use.api_key_name',
      'secret_use.user_id',
      'secret_use.project_id',
      'secret_use.cluster_id',
      'api_key.name as current_key_name',
      ownerName('secret_use.user_id').as('user_name'),
    ])

type UseRow = Awaited<ReturnType<ReturnType<typeof readable>['execute']>>[number]

/** Finds the names of the visible projects and clusters of these uses, by ID. */
const findScopeNames = async (
  db: Kysely<Schema>,
  teamId: string,
  rows: readonly UseRow[],
  visibility: Visibility | undefined,
): Promise<ReadonlyMap<string, string>> => {
  const ids = new Set(rows.flatMap(({ project_id, cluster_id }) => [project_id, cluster_id]))
  ids.delete('')
  if (ids.size === 0) return new Map()
  let found = db
    .selectFrom('scope')
    .select(['id', 'name'])
    .where('team_id', '=', teamId)
    .where('id', 'in', [...ids])
    .where('deleted_at', 'is', null)
  if (visibility) found = found.where(isVisible(visibility))
  return new Map((await found.execute()).map(({ id, name }) => [id, name]))
}

const toUse = (row: UseRow, names: ReadonlyMap<string, string>, seesAll: boolean): SecretUse => {
  const place = (kind: 'project' | 'cluster', id: string) => {
    const name = names.get(id)
    if (name !== undefined) return { id, name }
    // A scope without a name was deleted. For those who do not see everything, it may be invisible.
    return seesAll && id !== '' ? { id, name: `a ${kind} that was deleted` } : null
  }
  const project = place('project', row.project_id)
  // Keys are often named like the project that they are for.
  const isHidden = project === null && row.project_id !== ''
  return {
    at: new Date(row.used_at).toISOString(),
    version: row.version,
    key: {
      id: row.api_key_id,
      name: isHidden ? 'of a project that you may not see' : (row.current_key_name ?? row.api_key_name),
    },
    by: { id: row.user_id, name: row.user_name ?? 'someone who has left' },
    project,
    cluster: place('cluster', row.cluster_id),
  }
}
