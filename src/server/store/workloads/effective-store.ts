import { type Kysely, sql } from 'kysely'
import type { Sealed, WrappedDataKey } from '#server/crypto/vault.ts'
import { prepared } from '#server/store/db/prepared-statement.ts'
import type { Schema } from '#server/store/db/schema.ts'
import { isVisible, type Visibility } from '#server/store/people/project-access-store.ts'
import type { Rights } from '#server/store/rights/rights.ts'
import { type NamedScope, noSuchScope, scopeKinds } from '#shared/scope.ts'
import type { EffectiveMatrix, Holder, Pair } from '#shared/workload/workload.ts'

export type EffectiveStore = {
  /** Finds the scopes of a workload's secrets, strongest first. Throws `NOT_FOUND` when one does not exist. */
  pairScopes(teamId: string, pair: Pair): Promise<NamedScope[]>
  /** Returns all secrets of these scopes, or those with these names, with their sealed values. */
  holders(
    teamId: string,
    scopes: readonly NamedScope[],
    names?: readonly string[],
  ): Promise<{ secret: string; holder: Holder; sealed: Sealed }[]>
  /** Returns all data keys of a team. Older keys open older values. */
  dataKeys(teamId: string): Promise<WrappedDataKey[]>
  /**
   * Returns the secrets that decide the workloads of a project on every cluster, of a cluster in every project, or of
   * the whole team.
   */
  effectiveMatrix(teamId: string, pair: Pair, visibility?: Visibility): Promise<EffectiveMatrix>
}

/** Reads what workloads get. `shared/effective.ts` decides which scope wins. */
export const effectiveStore = (db: Kysely<Schema>, rights: Rights): EffectiveStore => {
  const { scopes: findScopes, holders, dataKeys } = effectiveStatements(db)

  const pairScopes = async (teamId: string, { projectId, clusterId }: Pair): Promise<NamedScope[]> => {
    const wanted = [
      { kind: 'project', id: projectId },
      { kind: 'cluster', id: clusterId },
      { kind: 'team', id: teamId },
    ] as const
    const rows = await findScopes(db, { teamId, projectId: projectId ?? null, clusterId: clusterId ?? null })
    const found: NamedScope[] = []
    for (const { kind, id } of wanted) {
      if (id === undefined) continue
      const row = rows.find((one) => one.kind === kind && one.id === id)
      if (!row) throw noSuchScope(kind)
      // A project that was made a cluster in the database, or taken out of the trash there, gives no values.
      const isGenuine = rights.verify('scope', { ...row, team_id: teamId })
      if (isGenuine !== true && !(await isGenuine)) throw noSuchScope(kind)
      found.push({ kind, id, name: row.name })
    }
    return found
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
      // For a project: the team, the project and all clusters. For a cluster: the team, the cluster and all projects.
      // Otherwise all scopes.
      const own = await pairScopes(teamId, pair)
      const others = scopeKinds.filter((kind) => !own.some((scope) => scope.kind === kind))
      const ids = own.map(({ id }) => id)
      let shownScopes = db
        .selectFrom('scope')
        .where('scope.team_id', '=', teamId)
        .where('scope.deleted_at', 'is', null)
        .where((eb) =>
          eb.or([eb('scope.id', 'in', ids), ...(others.length > 0 ? [eb('scope.kind', 'in', others)] : [])]),
        )
      if (visibility) shownScopes = shownScopes.where(isVisible(visibility))
      // One statement, so that scopes and secrets are of one snapshot. One row per scope, because half a million rows
      // take seconds. A row lists alternating names and versions, separated by spaces, which no name contains.
      const rows = await shownScopes
        .select(({ selectFrom }) => [
          'scope.kind',
          'scope.id',
          'scope.name',
          selectFrom('secret')
            .whereRef('secret.team_id', '=', 'scope.team_id')
            .whereRef('secret.scope_id', '=', 'scope.id')
            // Repeats the condition with values, which show PostgreSQL how few secrets of a large table these are.
            .$if(others.length === 0, (listed) => listed.where('secret.scope_id', 'in', ids))
            .select(sql<string>`string_agg(secret.name || ' ' || secret.version, ' ')`.as('all'))
            .as('listed'),
        ])
        .orderBy('scope.name')
        .orderBy('scope.id')
        .execute()
      const read = rows.map(({ listed, ...scope }) => ({ scope, listed: listed === null ? [] : listed.split(' ') }))
      const distinct = new Set<string>()
      for (const { listed } of read) for (let at = 0; at < listed.length; at += 2) distinct.add(listed[at] ?? '')
      const names = [...distinct].sort(byCodePoint)
      const indexes = new Map(names.map((name, index) => [name, index]))
      const scopes = read.map(({ scope, listed }) => {
        const secrets: number[] = []
        for (let at = 0; at < listed.length; at += 2) {
          const index = indexes.get(listed[at] ?? '')
          if (index !== undefined) secrets.push(index, Number(listed[at + 1]))
        }
        return { ...scope, secrets }
      })
      return { names, scopes }
    },
  }
}

/** Names are ASCII, so the order of code units is the order of code points, as in the databases. */
const byCodePoint = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

type InScopes = { teamId: string; one: string; two: string; three: string }

/** The statements that read values for workloads. */
const effectiveStatements = (db: Kysely<Schema>) => {
  // No ORDER BY: with one, SQLite scans every secret of the team in the order of names.
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
  /** By the number of names. */
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
        .select(['kind', 'id', 'name', 'access', 'deleted_at', 'mac'])
        .where('team_id', '=', given.teamId)
        .where('id', 'in', [given.projectId, given.clusterId, given.teamId] as string[])
        .where('deleted_at', 'is', null),
    ),

    dataKeys: prepared((given: { teamId: string }) =>
      db
        .selectFrom('data_key')
        .select(['id', 'team_id as teamId', 'algorithm', 'wrapped'])
        .where('team_id', '=', given.teamId),
    ),

    /** Returns a statement for the next power of two. Missing names repeat the first one. */
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
