import type { Kysely, Selectable } from 'kysely'
import type { PageQuery } from '#shared/page.ts'
import type { Cluster, Project, Scope } from '#shared/scope.ts'
import type { MadeScopeKind, Store } from '../store.ts'
import { noSuchScope } from './conditions.ts'
import { contains, decodeCursor, nameKey, pageFrom, rowsToRead } from './cursor.ts'
import type { Schema } from './schema.ts'

type ScopeStore = Pick<
  Store,
  'listProjects' | 'listClusters' | 'createScope' | 'project' | 'cluster' | 'changeScope' | 'deleteScope'
>

type Row = Selectable<Schema['scope']>

/** The part of the store about projects and clusters. They differ in the answer's fields only. */
export const scopeStore = (db: Kysely<Schema>): ScopeStore => {
  const list = async <Item>(teamId: string, kind: MadeScopeKind, query: PageQuery, toItem: (row: Row) => Item) => {
    const { after, q, order = 'asc', orderBy = 'name' } = query
    const column = orderBy === 'name' ? 'name' : 'created_at'
    let matching = db.selectFrom('scope').where('team_id', '=', teamId).where('kind', '=', kind)
    if (q) matching = matching.where(contains('name_key', q))
    let page = matching
    if (after) {
      const [key, id] = decodeCursor(after, column === 'name' ? 'string' : 'number')
      page = page.where((eb) =>
        eb(eb.refTuple(column, 'id'), order === 'asc' ? '>' : '<', eb.tuple(key as string & number, id)),
      )
    }
    const rows = await page.selectAll().orderBy(column, order).orderBy('id', order).limit(rowsToRead(query)).execute()
    const { total } = await matching
      .select((eb) => eb.fn.countAll<number | string>().as('total'))
      .executeTakeFirstOrThrow()
    return pageFrom(rows, query, Number(total), toItem, (row) => [row[column], row.id])
  }

  const find = async (teamId: string, { kind, id }: Scope): Promise<Row> => {
    const row = await db
      .selectFrom('scope')
      .selectAll()
      .where('team_id', '=', teamId)
      .where('id', '=', id)
      .where('kind', '=', kind)
      .executeTakeFirst()
    if (!row) throw noSuchScope(kind)
    return row
  }

  return {
    listProjects: (teamId, query) => list(teamId, 'project', query, toProject),
    listClusters: (teamId, query) => list(teamId, 'cluster', query, toCluster),
    project: async (teamId, id) => toProject(await find(teamId, { kind: 'project', id })),
    cluster: async (teamId, id) => toCluster(await find(teamId, { kind: 'cluster', id })),

    createScope: async (teamId, { id, kind, name, type }, at) => {
      await db
        .insertInto('scope')
        .values({
          team_id: teamId,
          id,
          kind,
          name,
          name_key: nameKey(name),
          type: type ?? null,
          created_at: at,
          modified_at: at,
          revision: 0,
          secrets: 0,
        })
        .execute()
    },

    changeScope: async (teamId, { kind, id }, { name, type }, at) => {
      const changed = await db
        .updateTable('scope')
        .set({
          ...(name === undefined ? {} : { name, name_key: nameKey(name) }),
          ...(type === undefined ? {} : { type }),
          modified_at: at,
        })
        .where('team_id', '=', teamId)
        .where('id', '=', id)
        .where('kind', '=', kind)
        .executeTakeFirst()
      if (changed.numUpdatedRows === 0n) throw noSuchScope(kind)
    },

    deleteScope: async (teamId, { kind, id }) => {
      const deleted = await db
        .deleteFrom('scope')
        .where('team_id', '=', teamId)
        .where('id', '=', id)
        .where('kind', '=', kind)
        .executeTakeFirst()
      if (deleted.numDeletedRows === 0n) throw noSuchScope(kind)
    },
  }
}

const dates = (row: Row) => ({
  dtCreated: new Date(row.created_at).toISOString(),
  dtModified: new Date(row.modified_at).toISOString(),
})

const toProject = (row: Row): Project => ({ id: row.id, name: row.name, ...dates(row), secrets: row.secrets })

const toCluster = (row: Row): Cluster => ({ ...toProject(row), type: row.type ?? 'other' })
