import { type Kysely, sql } from 'kysely'
import type { Schema } from '#server/store/db/schema.ts'
import { isVisible, type Visibility } from '#server/store/people/project-access-store.ts'
import { relation } from '#shared/effective.ts'
import type { Scope } from '#shared/scope.ts'
import type { Overlap } from '#shared/secret.ts'

/** The maximum number of scopes that are named for each relation. The count covers the rest. */
const examples = 3

/** Selects the secrets with these names in scopes of other kinds, joined with their scopes. */
export const secretsElsewhere = (
  db: Kysely<Schema>,
  teamId: string,
  { kind }: Scope,
  names: readonly string[],
  visibility?: Visibility,
) => {
  const found = db
    .selectFrom('secret')
    .innerJoin('scope', (join) =>
      join.onRef('scope.team_id', '=', 'secret.team_id').onRef('scope.id', '=', 'secret.scope_id'),
    )
    .where('secret.team_id', '=', teamId)
    .where('secret.name', 'in', names)
    .where('scope.kind', '<>', kind)
    .where('scope.deleted_at', 'is', null)
  return visibility ? found.where(isVisible(visibility)) : found
}

/**
 * Finds scopes of other kinds that set the `names`: those that override them or are overridden. Runs one statement, and
 * reads at most three rows for each name and kind, however many scopes there are.
 */
export const overlapsOf = async (
  db: Kysely<Schema>,
  teamId: string,
  scope: Scope,
  names: readonly string[],
  visibility?: Visibility,
): Promise<Map<string, Overlap[]>> => {
  const overlaps = new Map<string, Overlap[]>()
  if (names.length === 0) return overlaps
  const ranked = secretsElsewhere(db, teamId, scope, names, visibility).select([
    'secret.name as secret',
    'scope.kind',
    'scope.id',
    'scope.name',
    sql<number>`count(*) over (partition by secret.name, scope.kind)`.as('count'),
    sql<number>`row_number() over (partition by secret.name, scope.kind order by scope.name, scope.id)`.as('place'),
  ])
  const rows = await db
    .selectFrom(ranked.as('ranked'))
    .selectAll()
    .where('place', '<=', examples)
    .orderBy('secret')
    .orderBy('kind', 'desc')
    .orderBy('place')
    .execute()

  for (const { secret, kind, id, name, count } of rows) {
    const known = overlaps.get(secret) ?? []
    overlaps.set(secret, known)
    const last = known.at(-1)
    if (last?.kind === kind) last.examples.push({ id, name })
    else known.push({ relation: relation(scope.kind, kind), kind, count: Number(count), examples: [{ id, name }] })
  }
  return overlaps
}
