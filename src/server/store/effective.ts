import type { Kysely } from 'kysely'
import { scopeKinds } from '#shared/scope.ts'
import type { Pair } from '#shared/workload.ts'
import type { PairScope, Store } from '../store.ts'
import { inSight } from './access.ts'
import { noSuchScope } from './conditions.ts'
import { effectiveStatements } from './effective-statements.ts'
import type { Schema } from './schema.ts'

type EffectiveStore = Pick<Store, 'pairScopes' | 'holders' | 'dataKeys' | 'effectiveWorld'>

/** The part of the store about what workloads get. Which scope wins is not decided here, but by `shared/effective.ts`. */
export const effectiveStore = (db: Kysely<Schema>): EffectiveStore => {
  const { scopes: findScopes, holders, dataKeys } = effectiveStatements(db)

  const pairScopes = async (teamId: string, { projectId, clusterId }: Pair): Promise<PairScope[]> => {
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
      return rows.flatMap((row) => {
        const scope = places.get(row.scope_id)
        if (!scope) return []
        const sealed = { algorithm: row.algorithm, keyId: row.key_id, bytes: row.sealed }
        return [{ secret: row.name, holder: { ...scope, version: row.version }, sealed }]
      })
    },

    dataKeys: (teamId) => dataKeys(db, { teamId }),

    effectiveWorld: async (teamId, pair, sight) => {
      // Of a project: the team, itself and every cluster; of a cluster likewise; of neither: everything.
      const own = await pairScopes(teamId, pair)
      const others = scopeKinds.filter((kind) => !own.some((scope) => scope.kind === kind))
      let query = db
        .selectFrom('scope')
        .leftJoin('secret', (join) =>
          join.onRef('secret.team_id', '=', 'scope.team_id').onRef('secret.scope_id', '=', 'scope.id'),
        )
        .select(['scope.kind', 'scope.id', 'scope.name', 'secret.name as secret', 'secret.version'])
        .where('scope.team_id', '=', teamId)
        .where((eb) =>
          eb.or([
            eb(
              'scope.id',
              'in',
              own.map(({ id }) => id),
            ),
            ...(others.length > 0 ? [eb('scope.kind', 'in', others)] : []),
          ]),
        )
      if (sight) query = query.where(inSight(sight))
      const rows = await query.orderBy('scope.name').orderBy('scope.id').execute()
      const names = [...new Set(rows.flatMap(({ secret }) => secret ?? []))].sort(byCodePoint)
      const places = new Map(names.map((name, index) => [name, index]))
      const scopes = new Map<string, PairScope & { secrets: [number, number][] }>()
      for (const { kind, id, name, secret, version } of rows) {
        const scope = scopes.get(id) ?? { kind, id, name, secrets: [] }
        scopes.set(id, scope)
        const index = secret === null ? undefined : places.get(secret)
        if (index !== undefined && version !== null) scope.secrets.push([index, version])
      }
      return { names, scopes: [...scopes.values()] }
    },
  }
}

/** Names are ASCII, so that the order of code units is that of code points, as in the databases. */
const byCodePoint = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)
