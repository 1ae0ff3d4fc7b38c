import type { Transaction } from 'kysely'
import type { Schema } from '#server/store/db/schema.ts'
import { isVisible, type Visibility } from '#server/store/people/project-access-store.ts'
import { rank } from '#shared/effective.ts'
import type { ScopeCounts, SecretChange } from '#shared/plans/compute-plan.ts'
import { planExamples } from '#shared/plans/plan.ts'
import { type MadeScopeKind, noSuchScope, type Scope, type ScopeKind } from '#shared/scope.ts'
import type { Holder } from '#shared/workload/workload.ts'
import { secretsElsewhere } from './find-overlaps.ts'

/** Finds the scope of a change. Throws `NOT_FOUND` when it does not exist. */
export const findScope = async (trx: Transaction<Schema>, teamId: string, { kind, id }: Scope) => {
  const row = await trx
    .selectFrom('scope')
    .select(['name', 'secrets', 'revision'])
    .where('team_id', '=', teamId)
    .where('id', '=', id)
    .where('kind', '=', kind)
    .where('deleted_at', 'is', null)
    .executeTakeFirst()
  if (!row) throw noSuchScope(kind)
  const { name, secrets, revision } = row
  return { scope: { kind, id, name }, secrets, revision }
}

/** Counts the visible projects and clusters, including the scope of the change. */
export const countScopes = async (
  trx: Transaction<Schema>,
  teamId: string,
  { kind, id }: Scope,
  visibility: Visibility | undefined,
): Promise<ScopeCounts> => {
  let query = trx
    .selectFrom('scope')
    .where('team_id', '=', teamId)
    .where('id', '<>', id)
    .where('deleted_at', 'is', null)
  if (visibility) query = query.where(isVisible(visibility))
  const rows = await query
    .select((eb) => ['kind', eb.fn.countAll<number | string>().as('count')])
    .groupBy('kind')
    .execute()
  const count = (of: ScopeKind) => Number(rows.find((row) => row.kind === of)?.count ?? 0) + (kind === of ? 1 : 0)
  return { project: count('project'), cluster: count('cluster') }
}

/** Finds the visible scopes of other kinds that have a secret of this name. */
export const holdersElsewhere = (
  trx: Transaction<Schema>,
  teamId: string,
  { scope, name }: SecretChange,
  visibility: Visibility | undefined,
): Promise<Holder[]> =>
  secretsElsewhere(trx, teamId, scope, [name], visibility)
    // The version is read by a second join: the index by name does not have it, and SQLite would walk the whole team
    // instead.
    .innerJoin('secret as other', (join) =>
      join
        .onRef('other.team_id', '=', 'secret.team_id')
        .onRef('other.scope_id', '=', 'secret.scope_id')
        .onRef('other.name', '=', 'secret.name'),
    )
    .select(['scope.kind', 'scope.id', 'scope.name', 'other.version'])
    .orderBy('secret.scope_id')
    .execute()

/** Finds the first visible scopes of a kind by name. Of a stronger kind, only those without a secret of this name. */
export const firstScopes = async (
  trx: Transaction<Schema>,
  teamId: string,
  kind: MadeScopeKind,
  { scope, name }: SecretChange,
  visibility: Visibility | undefined,
): Promise<{ id: string; name: string }[]> => {
  if (kind === scope.kind) return []
  let query = trx
    .selectFrom('scope')
    .where('team_id', '=', teamId)
    .where('kind', '=', kind)
    .where('deleted_at', 'is', null)
  if (visibility) query = query.where(isVisible(visibility))
  if (rank(kind) > rank(scope.kind)) {
    query = query.where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('secret')
            .select('secret.name')
            .whereRef('secret.team_id', '=', 'scope.team_id')
            .whereRef('secret.scope_id', '=', 'scope.id')
            .where('secret.name', '=', name),
        ),
      ),
    )
  }
  return query.select(['id', 'name']).orderBy('name').orderBy('id').limit(planExamples).execute()
}
