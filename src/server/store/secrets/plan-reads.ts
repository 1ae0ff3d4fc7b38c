import type { Transaction } from 'kysely'
import type { Schema } from '#server/store/db/schema.ts'
import { isVisible, type Visibility } from '#server/store/people/project-access-store.ts'
import { rank } from '#shared/effective.ts'
import type { ScopeCounts, SecretChange } from '#shared/plans/compute-plan.ts'
import { planExamples } from '#shared/plans/plan.ts'
import { type MadeScopeKind, noSuchScope, type Scope, type ScopeKind } from '#shared/scope.ts'
import type { Holder } from '#shared/workload/workload.ts'
import { secretsElsewhere } from './find-overlaps.ts'

/** Where a change is about to happen; `NOT_FOUND` when there is no such scope. */
export const findScope = async (trx: Transaction<Schema>, teamId: string, { kind, id }: Scope) => {
  const row = await trx
    .selectFrom('scope')
    .select(['name', 'secrets', 'revision'])
    .where('team_id', '=', teamId)
    .where('id', '=', id)
    .where('kind', '=', kind)
    .executeTakeFirst()
  if (!row) throw noSuchScope(kind)
  const { name, secrets, revision } = row
  return { scope: { kind, id, name }, secrets, revision }
}

/** How many projects and clusters there are within visibility, the one that the change is about among them. */
export const countScopes = async (
  trx: Transaction<Schema>,
  teamId: string,
  { kind, id }: Scope,
  visibility: Visibility | undefined,
): Promise<ScopeCounts> => {
  let query = trx.selectFrom('scope').where('team_id', '=', teamId).where('id', '<>', id)
  if (visibility) query = query.where(isVisible(visibility))
  const rows = await query
    .select((eb) => ['kind', eb.fn.countAll<number | string>().as('count')])
    .groupBy('kind')
    .execute()
  const count = (of: ScopeKind) => Number(rows.find((row) => row.kind === of)?.count ?? 0) + (kind === of ? 1 : 0)
  return { project: count('project'), cluster: count('cluster') }
}

/** The scopes of other kinds within visibility that have a secret of this name. */
export const holdersElsewhere = (
  trx: Transaction<Schema>,
  teamId: string,
  { scope, name }: SecretChange,
  visibility: Visibility | undefined,
): Promise<Holder[]> =>
  secretsElsewhere(trx, teamId, scope, [name], visibility)
    // Not of the row that is looked for: its index by name has no version, and SQLite would walk the whole team instead.
    .innerJoin('secret as held', (join) =>
      join
        .onRef('held.team_id', '=', 'secret.team_id')
        .onRef('held.scope_id', '=', 'secret.scope_id')
        .onRef('held.name', '=', 'secret.name'),
    )
    .select(['scope.kind', 'scope.id', 'scope.name', 'held.version'])
    .orderBy('secret.scope_id')
    .execute()

/** The first scopes of a kind within visibility by name: of a stronger kind, those without a secret of this name. */
export const firstScopes = async (
  trx: Transaction<Schema>,
  teamId: string,
  kind: MadeScopeKind,
  { scope, name }: SecretChange,
  visibility: Visibility | undefined,
): Promise<{ id: string; name: string }[]> => {
  if (kind === scope.kind) return []
  let query = trx.selectFrom('scope').where('team_id', '=', teamId).where('kind', '=', kind)
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
