import type { Kysely, Selectable } from 'kysely'
import { asIs, contains, decodeCursor, nameKey, pageFrom, rowsToRead } from '#server/store/db/pagination.ts'
import type { Schema } from '#server/store/db/schema.ts'
import { isVisible, openTo, type Visibility } from '#server/store/people/project-access-store.ts'
import type { StoreParts } from '#server/store/rights/rights.ts'
import type { RequireRoom } from '#server/store/team-limits.ts'
import type { AuditContext } from '#server/store/trail/audit-event.ts'
import type { Page, PageQuery } from '#shared/page.ts'
import type { Plan } from '#shared/plans/plan.ts'
import {
  type Cluster,
  type ClusterType,
  type MadeScopeKind,
  noSuchScope,
  type Project,
  type Scope,
} from '#shared/scope.ts'
import type { CheckedByPlan, ConfirmedPlan, Planner, PlanView } from './plan-changes.ts'
import { findScope } from './plan-reads.ts'
import { moveScopeToTrash, withSecrets } from './scope-trash.ts'

/** A new project or cluster. Only clusters have a `type`. */
export type NewScope = { kind: 'project' | 'cluster'; id: string; name: string; type?: ClusterType }

export type ScopeQuery = PageQuery & { visibility?: Visibility | undefined }

export type ScopeStore = {
  listProjects(teamId: string, query: ScopeQuery): Promise<Page<Project>>
  listClusters(teamId: string, query: ScopeQuery): Promise<Page<Cluster>>
  createScope(teamId: string, scope: NewScope, context: AuditContext): Promise<void>
  project(teamId: string, id: string): Promise<Project>
  cluster(teamId: string, id: string): Promise<Cluster>
  changeScope(
    teamId: string,
    scope: Scope,
    change: { name?: string | undefined; type?: ClusterType | undefined },
    context: AuditContext & ConfirmedPlan,
  ): CheckedByPlan<void>
  /** Moves a project or cluster to the trash, with everything in it. */
  deleteScope(teamId: string, scope: Scope, context: AuditContext & ConfirmedPlan): CheckedByPlan<void>
  /** Returns the plan of a rename or a delete. Changes nothing. */
  planScope(teamId: string, scope: Scope, change: 'renameScope' | 'deleteScope', view: PlanView): Promise<Plan>
}

type Row = Selectable<Schema['scope']>

/** Stores projects and clusters. They differ only in the fields of the answer. */
export const scopeStore = (
  db: Kysely<Schema>,
  { append, plans, rights, requireRoom }: StoreParts & { plans: Planner; requireRoom: RequireRoom },
): ScopeStore => {
  const list = async <Item>(teamId: string, kind: MadeScopeKind, query: ScopeQuery, toItem: (row: Row) => Item) => {
    const { after, q, visibility, order = 'asc', orderBy = 'name' } = query
    const column = orderBy === 'name' ? 'name' : 'created_at'
    let matching = db
      .selectFrom('scope')
      .where('team_id', '=', teamId)
      .where('kind', '=', kind)
      .where('deleted_at', 'is', null)
    if (q) matching = matching.where(contains('name_key', q))
    if (visibility) matching = matching.where(isVisible(visibility))
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
    const listed = pageFrom(rows, query, Number(total), asIs, (row) => [row[column], row.id])
    const person = kind === 'project' ? visibility?.person : undefined
    const items = person === undefined ? listed.items : await openTo(db, rights, person, listed.items)
    return { ...listed, items: items.map(toItem) }
  }

  const find = async (teamId: string, { kind, id }: Scope): Promise<Row> => {
    const row = await db
      .selectFrom('scope')
      .selectAll()
      .where('team_id', '=', teamId)
      .where('id', '=', id)
      .where('kind', '=', kind)
      .where('deleted_at', 'is', null)
      .executeTakeFirst()
    if (!row) throw noSuchScope(kind)
    return row
  }

  return {
    listProjects: (teamId, query) => list(teamId, 'project', query, toProject),
    listClusters: (teamId, query) => list(teamId, 'cluster', query, toCluster),
    project: async (teamId, id) => toProject(await find(teamId, { kind: 'project', id })),
    cluster: async (teamId, id) => toCluster(await find(teamId, { kind: 'cluster', id })),

    createScope: (teamId, { id, kind, name, type }, context) =>
      db.transaction().execute(async (trx) => {
        const { at } = context
        await requireRoom(trx, teamId, 'scopes')
        await trx
          .insertInto('scope')
          .values(
            await rights.signed('scope', {
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
              access: 'all',
            }),
          )
          .execute()
        await append(trx, teamId, context, { action: `${kind}.create`, scope: { kind, id, name } })
      }),

    changeScope: (teamId, { kind, id }, { name, type }, context) =>
      plans.change(teamId, context, async (trx) => {
        const update = trx.updateTable('scope').where('team_id', '=', teamId).where('id', '=', id)
        // Locks the scope, so that the audit record has the name that this change replaces.
        const [before] = await update
          .set({ modified_at: context.at })
          .where('kind', '=', kind)
          .where('deleted_at', 'is', null)
          .returning(['name', 'type'])
          .execute()
        if (!before) throw noSuchScope(kind)
        const change = {
          ...(name === undefined ? {} : { name, name_key: nameKey(name) }),
          ...(type === undefined ? {} : { type }),
        }
        if (Object.keys(change).length > 0) await update.set(change).execute()
        const changes = [
          ...(name === undefined || name === before.name ? [] : [`renamed to ${name}`]),
          ...(type === undefined || type === before.type ? [] : [`type ${type}`]),
        ]
        const namedScope = { kind, id, name: before.name }
        await append(trx, teamId, context, {
          action: kind === 'project' ? 'project.change' : 'cluster.change',
          scope: namedScope,
          ...(changes.length > 0 ? { detail: changes.join(', ') } : {}),
        })
        return { result: undefined, about: { change: 'renameScope', scope: namedScope } }
      }),

    deleteScope: (teamId, { kind, id }, context) =>
      plans.change(teamId, context, async (trx) => {
        const { name, secrets, revision } = await moveScopeToTrash(trx, rights, teamId, { kind, id }, context)
        const namedScope = { kind, id, name }
        await append(trx, teamId, context, {
          action: kind === 'project' ? 'project.delete' : 'cluster.delete',
          scope: namedScope,
          detail: await withSecrets(trx, teamId, id, secrets),
        })
        return { result: undefined, about: { change: 'deleteScope', scope: namedScope, secrets, revision } }
      }),

    planScope: (teamId, scope, change, view) =>
      plans.dryRun(teamId, view, async (trx) => {
        const found = await findScope(trx, teamId, scope)
        return change === 'deleteScope' ? { change, ...found } : { change, scope: found.scope }
      }),
  }
}

const dates = (row: Row) => ({
  dtCreated: new Date(row.created_at).toISOString(),
  dtModified: new Date(row.modified_at).toISOString(),
})

const toProject = (row: Row): Project => ({ id: row.id, name: row.name, ...dates(row), secrets: row.secrets })

const toCluster = (row: Row): Cluster => ({ ...toProject(row), type: row.type ?? 'other' })
