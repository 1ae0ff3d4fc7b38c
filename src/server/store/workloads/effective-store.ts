import { type Kysely, sql } from 'kysely'
import type { Sealed, WrappedDataKey } from '#server/crypto/vault.ts'
import { prepared } from '#server/store/db/prepared-statement.ts'
import type { Schema } from '#server/store/db/schema.ts'
import { isVisible, type Visibility } from '#server/store/people/project-access-store.ts'
import { type NamedScope, noSuchScope, scopeKinds } from '#shared/scope.ts'
import type { EffectiveMatrix, Holder, Pair } from '#shared/workload/workload.ts'

export type EffectiveStore = {
  /** The scopes that a workload's secrets come from, strongest first; `NOT_FOUND` when one of them is unknown. */
  pairScopes(teamId: string, pair: Pair): Promise<NamedScope[]>
  /** Every secret of these scopes, or those of these names only, with its sealed value. */
  holders(
    teamId: string,
    scopes: readonly NamedScope[],
    names?: readonly string[],
  ): Promise<{ secret: string; holder: Holder; sealed: Sealed }[]>
  /** All keys of a team, for opening what was sealed with older ones too. */
  dataKeys(teamId: string): Promise<WrappedDataKey[]>
  /** What decides the pairs of a project with every cluster, of a cluster with every project, or of the whole team. */
  effectiveMatrix(teamId: string, pair: Pair, visibility?: Visibility): Promise<EffectiveMatrix>
}

/** The part of the store about what workloads get. Which scope wins is not decided here, but by `shared/effective.ts`. */
export const effectiveStore = (db: Kysely<Schema>): EffectiveStore => {
  const { scopes: findScopes, holders, dataKeys } = effectiveStatements(db)

  const pairScopes = async (teamId: string, { projectId, clusterId }: Pair): Promise<NamedScope[]> => {
    const wanted = [
      { kind: 'project', id: projectId },
      { kind: 'cluster', id: clusterId },
      { kind: 'team', id: teamId },
    ] as const
    const rows = await findScopes(db, { teamId, projectId: projectId ?? null, clusterId: clusterId ?? null })
    return wanted.flatMap(({ kind, id }) => {
      if (id === undefined) return []
      const found = rows.find((row) => row.kind === kind && row.id === id)
      if (!found) throw noSuchScope(kind)
      return [found]
    })
  }

  return {
    pairScopes,

    holders: async (teamId, scopes, names) => {
      const [one = '', two = one, three = two] = scopes.map(({ id }) => id)
      const rows = await holders(names)(db, { teamId, one, two, three })
      const places = new Map(scopes.map((scope) => [scope.id, scope]))
      rows.sort((one, other) => byCodePoint(one.name, other.name))
      return rows.flatMap((row) => {
        const scope = places.get(row.scope_id)
        if (!scope) return []
        const sealed = { algorithm: row.algorithm, keyId: row.key_id, bytes: row.sealed }
        return [{ secret: row.name, holder: { ...scope, version: row.version }, sealed }]
      })
    },

    dataKeys: (teamId) => dataKeys(db, { teamId }),

    effectiveMatrix: async (teamId, pair, visibility) => {
      // Of a project: the team, itself and every cluster; of a cluster likewise; of neither: everything.
      const own = await pairScopes(teamId, pair)
      const others = scopeKinds.filter((kind) => !own.some((scope) => scope.kind === kind))
      const ids = own.map(({ id }) => id)
      let shownScopes = db
        .selectFrom('scope')
        .where('scope.team_id', '=', teamId)
        .where((eb) =>
          eb.or([eb('scope.id', 'in', ids), ...(others.length > 0 ? [eb('scope.kind', 'in', others)] : [])]),
        )
      if (visibility) shownScopes = shownScopes.where(isVisible(visibility))
      // One statement, so that the scopes are those of the secrets. One row a scope, for half a million take seconds: of
      // names and versions in turn, with spaces between them, which no name has.
      const rows = await shownScopes
        .select(({ selectFrom }) => [
          'scope.kind',
          'scope.id',
          'scope.name',
          selectFrom('secret')
            .whereRef('secret.team_id', '=', 'scope.team_id')
            .whereRef('secret.scope_id', '=', 'scope.id')
            // Says the same again, in values: by them PostgreSQL sees how few secrets these are in a large table.
            .$if(others.length === 0, (held) => held.where('secret.scope_id', 'in', ids))
            .select(sql<string>`string_agg(secret.name || ' ' || secret.version, ' ')`.as('all'))
            .as('held'),
        ])
        .orderBy('scope.name')
        .orderBy('scope.id')
        .execute()
      const read = rows.map(({ held, ...scope }) => ({ scope, held: held === null ? [] : held.split(' ') }))
      const distinct = new Set<string>()
      for (const { held } of read) for (let at = 0; at < held.length; at += 2) distinct.add(held[at] ?? '')
      const names = [...distinct].sort(byCodePoint)
      const places = new Map(names.map((name, index) => [name, index]))
      const scopes = read.map(({ scope, held }) => {
        const secrets: number[] = []
        for (let at = 0; at < held.length; at += 2) {
          const index = places.get(held[at] ?? '')
          if (index !== undefined) secrets.push(index, Number(held[at + 1]))
        }
        return { ...scope, secrets }
      })
      return { names, scopes }
    },
  }
}

/** Names are ASCII, so that the order of code units is that of code points, as in the databases. */
const byCodePoint = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

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
