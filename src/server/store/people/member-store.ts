import type { Kysely, Transaction } from 'kysely'
import { asIs, decodeCursor, pageFrom, rowsToRead } from '#server/store/db/pagination.ts'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import type { StoreParts } from '#server/store/rights/rights.ts'
import type { AuditContext } from '#server/store/trail/audit-event.ts'
import { Failure } from '#shared/failure.ts'
import type { Page, PageQuery } from '#shared/page.ts'
import type { Member } from '#shared/people/member.ts'
import { notAllowed, type Role, roleMay } from '#shared/people/role.ts'

export type MemberStore = {
  listMembers(teamId: string, query: PageQuery): Promise<Page<Member>>
  member(teamId: string, userId: string): Promise<Member>
  /** Throws `FORBIDDEN` unless an owner changes who is an owner, and `CONFLICT` for the last owner. */
  changeRole(teamId: string, userId: string, role: Role, context: AuditContext): Promise<void>
  /** Removes a member, and ends their sessions and their keys in this team. Throws as `changeRole` does. */
  removeMember(teamId: string, userId: string, context: AuditContext): Promise<void>
}

/** Stores the members of a team and their roles. */
export const memberStore = (db: Kysely<Schema>, kind: DatabaseKind, { append, rights }: StoreParts): MemberStore => {
  const readable = (from: Kysely<Schema>, teamId: string) =>
    from
      .selectFrom('member')
      .innerJoin('user', 'user.id', 'member.user_id')
      .select([
        'user.id',
        'user.name',
        'user.email',
        'member.team_id',
        'member.user_id',
        'member.role',
        'member.created_at',
      ])
      .select('member.mac')
      .where('member.team_id', '=', teamId)

  const find = async (from: Kysely<Schema>, teamId: string, userId: string): Promise<Member> => {
    const row = await readable(from, teamId).where('member.user_id', '=', userId).executeTakeFirst()
    if (!row || !(await rights.verify('member', row))) throw noSuchMember()
    return toMember(row)
  }

  const inTurn = <T>(teamId: string, change: (trx: Transaction<Schema>) => Promise<T>): Promise<T> =>
    db.transaction().execute(async (trx) => {
      await lockTeam(trx, kind, teamId)
      return change(trx)
    })

  const allow = async (
    trx: Transaction<Schema>,
    teamId: string,
    { by, subject, next }: { by: AuditContext['by']; subject: Member; next: Role | undefined },
  ): Promise<void> => {
    // Uses the current role: the role in the request may have changed while it waited.
    const actor = await find(trx, teamId, by.id)
    const isLeaving = next === undefined && by.id === subject.id
    if (!isLeaving && !roleMay(actor.role, 'manageMembers')) throw notAllowed('manageMembers')
    const concernsOwners = subject.role === 'owner' || next === 'owner'
    if (concernsOwners && !roleMay(actor.role, 'manageOwners')) throw notAllowed('manageOwners')
    if (subject.role !== 'owner' || next === 'owner') return
    const owners = await trx
      .selectFrom('member')
      .select(['team_id', 'user_id', 'role', 'mac'])
      .where('team_id', '=', teamId)
      .where('role', '=', 'owner')
      .execute()
    if ((await rights.keep('member', owners, asIs)).length < 2) throw lastOwner()
  }

  /** Deletes the invites of a member that their current role could not create. */
  const deleteInvitesBy = async (trx: Transaction<Schema>, teamId: string, userId: string, role?: Role) => {
    if (role && roleMay(role, 'manageOwners')) return
    const made = trx.deleteFrom('invite').where('team_id', '=', teamId).where('invited_by', '=', userId)
    await (role && roleMay(role, 'manageMembers') ? made.where('role', '=', 'owner') : made).execute()
  }

  return {
    listMembers: async (teamId, query) => {
      const { after } = query
      let page = readable(db, teamId)
      if (after) {
        const [name, id] = decodeCursor(after, 'string')
        page = page.where((eb) => eb(eb.refTuple('user.name', 'user.id'), '>', eb.tuple(name as string, id)))
      }
      const rows = await page.orderBy('user.name').orderBy('user.id').limit(rowsToRead(query)).execute()
      const { total } = await db
        .selectFrom('member')
        .select((eb) => eb.fn.countAll<number | string>().as('total'))
        .where('team_id', '=', teamId)
        .executeTakeFirstOrThrow()
      const listed = pageFrom(rows, query, Number(total), asIs, (row) => [row.name, row.id])
      return { ...listed, items: (await rights.keep('member', listed.items, asIs)).map(toMember) }
    },

    member: (teamId, userId) => find(db, teamId, userId),

    changeRole: (teamId, userId, role, context) =>
      inTurn(teamId, async (trx) => {
        const subject = await find(trx, teamId, userId)
        await allow(trx, teamId, { by: context.by, subject, next: role })
        if (subject.role === role) return
        await rights.update(trx, 'member', { team_id: teamId, user_id: userId }, { role })
        await deleteInvitesBy(trx, teamId, userId, role)
        await append(trx, teamId, context, {
          action: 'member.role',
          name: subject.name,
          detail: `${subject.role} → ${role}`,
        })
      }),

    removeMember: (teamId, userId, context) =>
      inTurn(teamId, async (trx) => {
        const subject = await find(trx, teamId, userId)
        await allow(trx, teamId, { by: context.by, subject, next: undefined })
        // Also deletes their API keys in this team and their access to projects.
        await trx.deleteFrom('member').where('team_id', '=', teamId).where('user_id', '=', userId).execute()
        await deleteInvitesBy(trx, teamId, userId)
        await trx.deleteFrom('session').where('userId', '=', userId).execute()
        const action = context.by.id === userId ? 'member.leave' : 'member.remove'
        await append(trx, teamId, context, { action, name: subject.name, detail: subject.role })
      }),
  }
}

const noSuchMember = () =>
  new Failure('NOT_FOUND', 'There is no such person in this team. Somebody may have removed them; reload the list.')

const lastOwner = () =>
  new Failure('CONFLICT', 'The last owner cannot leave or become something else. Make somebody else an owner first.')

const toMember = (row: { id: string; name: string; email: string; role: Role; created_at: number }): Member => ({
  id: row.id,
  name: row.name,
  email: row.email,
  role: row.role,
  dtJoined: new Date(row.created_at).toISOString(),
})

/**
 * Serializes changes to the members of a team. Each decides by the roles that it reads: two owners who demote each
 * other at the same time must not both succeed. Call it before all other locks.
 */
export const lockTeam = async (trx: Transaction<Schema>, kind: DatabaseKind, teamId: string): Promise<void> => {
  const team = trx.selectFrom('team').select('id').where('id', '=', teamId)
  // SQLite has one writer at a time, and no row locks.
  await (kind === 'postgres' ? team.forUpdate() : team).execute()
}
