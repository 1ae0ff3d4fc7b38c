import { type Expression, type ExpressionBuilder, type Kysely, type SqlBool, sql } from 'kysely'
import { asIs } from '#server/store/db/pagination.ts'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import { lockTeam } from '#server/store/people/member-store.ts'
import type { Rights, StoreParts } from '#server/store/rights/rights.ts'
import type { SignedRow } from '#server/store/rights/signed-tables.ts'
import type { AuditContext } from '#server/store/trail/audit-event.ts'
import { Failure } from '#shared/failure.ts'
import type { ProjectAccess } from '#shared/people/member.ts'
import { noSuchScope } from '#shared/scope.ts'

/**
 * What a request may see of a team. With `person`, only the projects open to this person; with `scopes`, only the team
 * and the scopes with these IDs.
 */
export type Visibility = { person?: string | undefined; scopes?: readonly string[] | undefined }

export type ProjectAccessStore = {
  /** Returns whether a project is open to all members, or to this person as one of its collaborators. */
  maySeeProject(teamId: string, projectId: string, userId: string): Promise<boolean>
  projectAccess(teamId: string, projectId: string): Promise<ProjectAccess>
  /** Throws `BAD_REQUEST` when one of the people is not in the team. */
  setProjectAccess(
    teamId: string,
    projectId: string,
    to: { access: ProjectAccess['access']; people: readonly string[] },
    context: AuditContext,
  ): Promise<void>
}

/** Returns the condition that a row of `scope` is visible. The team's own scope is visible to everyone. */
export const isVisible =
  ({ person, scopes }: Visibility) =>
  (eb: ExpressionBuilder<Schema, 'scope'>): Expression<SqlBool> => {
    const conditions: Expression<SqlBool>[] = []
    if (person !== undefined) {
      const chosen = sql<SqlBool>`exists (
        select 1 from collaborator
        where collaborator.team_id = scope.team_id and collaborator.scope_id = scope.id and collaborator.user_id = ${person}
      )`
      conditions.push(eb.or([eb('scope.kind', '<>', 'project'), eb('scope.access', '=', 'all'), chosen]))
    }
    if (scopes !== undefined) {
      const listed = scopes.length > 0 ? [eb('scope.id', 'in', scopes)] : []
      conditions.push(eb.or([eb('scope.kind', '=', 'team'), ...listed]))
    }
    return eb.and(conditions)
  }

/** A project as {@link openTo} needs it. */
type ProjectRow = SignedRow<'scope'> & { team_id: string; id: string; access: ProjectAccess['access'] }

/** Returns the projects that are open to a person, by rows that nobody forged. */
export const openTo = async <Row extends ProjectRow>(
  db: Kysely<Schema>,
  rights: Rights,
  person: string,
  projects: readonly Row[],
): Promise<Row[]> => {
  const genuine = await rights.keep('scope', projects, asIs)
  const chosen = genuine.filter(({ access }) => access !== 'all')
  if (chosen.length === 0) return genuine
  const collaborators = await db
    .selectFrom('collaborator')
    .select(['team_id', 'scope_id', 'user_id', 'mac'])
    .where('user_id', '=', person)
    .where(
      'scope_id',
      'in',
      chosen.map(({ id }) => id),
    )
    .execute()
  const places = new Set(
    (await rights.keep('collaborator', collaborators, asIs)).map(({ team_id, scope_id }) => `${team_id} ${scope_id}`),
  )
  return genuine.filter(({ access, team_id, id }) => access === 'all' || places.has(`${team_id} ${id}`))
}

/** Stores who may see a project. */
export const accessStore = (
  db: Kysely<Schema>,
  kind: DatabaseKind,
  { append, rights }: StoreParts,
): ProjectAccessStore => ({
  maySeeProject: async (teamId, projectId, userId) => {
    const rows = await db
      .selectFrom('scope')
      .select(['team_id', 'id', 'kind', 'access', 'deleted_at', 'mac'])
      .where('team_id', '=', teamId)
      .where('id', '=', projectId)
      .where('deleted_at', 'is', null)
      .where(isVisible({ person: userId }))
      .execute()
    const [project] = rows
    // Clusters and the team are open to all members.
    if (project?.kind !== 'project') return project !== undefined
    return (await openTo(db, rights, userId, rows)).length > 0
  },

  projectAccess: async (teamId, projectId) => {
    const project = await db
      .selectFrom('scope')
      .select(['team_id', 'id', 'kind', 'access', 'deleted_at', 'mac'])
      .where('team_id', '=', teamId)
      .where('id', '=', projectId)
      .where('kind', '=', 'project')
      .where('deleted_at', 'is', null)
      .executeTakeFirst()
    if (!project) throw noSuchScope('project')
    const people = await db
      .selectFrom('collaborator')
      .innerJoin('user', 'user.id', 'collaborator.user_id')
      .select(['user.id', 'user.name'])
      .select(['team_id', 'scope_id', 'user_id', 'collaborator.mac'])
      .where('team_id', '=', teamId)
      .where('scope_id', '=', projectId)
      .orderBy('user.name')
      .orderBy('user.id')
      .execute()
    // A forged row opens a project to nobody.
    const access = (await rights.verify('scope', project)) ? project.access : 'chosen'
    const genuine = await rights.keep('collaborator', people, asIs)
    return { access, people: genuine.map(({ id, name }) => ({ id, name })) }
  },

  setProjectAccess: (teamId, projectId, { access, people }, context) =>
    db.transaction().execute(async (trx) => {
      // Keeps the chosen people from leaving the team meanwhile.
      await lockTeam(trx, kind, teamId)
      const [changed] = await rights.update(
        trx,
        'scope',
        { team_id: teamId, id: projectId, kind: 'project', deleted_at: null },
        { access },
      )
      if (!changed) throw noSuchScope('project')
      const project = await trx
        .selectFrom('scope')
        .select('name')
        .where('team_id', '=', teamId)
        .where('id', '=', projectId)
        .executeTakeFirstOrThrow()
      await trx.deleteFrom('collaborator').where('team_id', '=', teamId).where('scope_id', '=', projectId).execute()
      const chosen = [...new Set(people)]
      if (chosen.length > 0) {
        const members = await trx
          .selectFrom('member')
          .select(['team_id', 'user_id', 'role', 'mac'])
          .where('team_id', '=', teamId)
          .where('user_id', 'in', chosen)
          .execute()
        if ((await rights.keep('member', members, asIs)).length < chosen.length)
          throw new Failure('BAD_REQUEST', 'One of the people is not in the team.')
        const rows = await Promise.all(
          chosen.map((user_id) => rights.signed('collaborator', { team_id: teamId, scope_id: projectId, user_id })),
        )
        await trx.insertInto('collaborator').values(rows).execute()
      }
      await append(trx, teamId, context, {
        action: 'project.access',
        scope: { kind: 'project', id: projectId, name: project.name },
        detail: access === 'all' ? 'every member' : `${chosen.length} chosen`,
      })
    }),
})
