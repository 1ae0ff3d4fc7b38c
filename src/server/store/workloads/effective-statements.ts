import type { Kysely } from 'kysely'
import { prepared } from '#server/store/db/prepared-statement.ts'
import type { Schema } from '#server/store/db/schema.ts'

type InScopes = { teamId: string; one: string; two: string; three: string }

/** The statements of the way that values take to workloads, each compiled once. */
export const effectiveStatements = (db: Kysely<Schema>) => {
  // In no order: for the order of names, SQLite would walk all secrets of the team by name, and pick from them.
  const inScopes = (given: InScopes) =>
    db
      .selectFrom('secret as s')
      .innerJoin('secret_version as v', (join) =>
        join
          .onRef('v.team_id', '=', 's.team_id')
          .onRef('v.scope_id', '=', 's.scope_id')
          .onRef('v.name', '=', 's.name')
          .onRef('v.version', '=', 's.version'),
      )
      .select(['s.name', 's.scope_id', 's.version', 'v.algorithm', 'v.key_id', 'v.sealed'])
      .where('s.team_id', '=', given.teamId)
      .where('s.scope_id', 'in', [given.one, given.two, given.three])

  const all = prepared(inScopes, { planned: 'each' })
  /** By how many names they take. */
  const byNames = new Map<number, ReturnType<typeof ofNames>>()
  const ofNames = (count: number) =>
    prepared((given: InScopes & Record<string, string>) =>
      inScopes(given).where(
        's.name',
        'in',
        Array.from({ length: count }, (_, index) => given[`name${index}`] ?? ''),
      ),
    )

  return {
    scopes: prepared((given: { teamId: string; projectId: string | null; clusterId: string | null }) =>
      db
        .selectFrom('scope')
        .select(['kind', 'id', 'name'])
        .where('team_id', '=', given.teamId)
        .where('id', 'in', [given.projectId, given.clusterId, given.teamId] as string[]),
    ),

    dataKeys: prepared((given: { teamId: string }) =>
      db
        .selectFrom('data_key')
        .select(['id', 'team_id as teamId', 'algorithm', 'wrapped'])
        .where('team_id', '=', given.teamId),
    ),

    /** One for each power of two: of fewer names, the last stands several times. */
    holders: (names: readonly string[] | undefined): ((...of: Parameters<typeof all>) => ReturnType<typeof all>) => {
      const [first] = names ?? []
      if (names === undefined || first === undefined) return all
      const count = 2 ** Math.ceil(Math.log2(names.length))
      const statement = byNames.get(count) ?? ofNames(count)
      byNames.set(count, statement)
      const given = Object.fromEntries(
        Array.from({ length: count }, (_, index) => [`name${index}`, names[index] ?? first]),
      )
      return (from, scopes) => statement(from, { ...given, ...scopes })
    },
  }
}
