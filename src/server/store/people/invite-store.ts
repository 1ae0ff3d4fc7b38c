import type { Kysely, Transaction } from 'kysely'
import { asIs, decodeCursor, pageFrom, rowsToRead } from '#server/store/db/pagination.ts'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import type { NewUser } from '#server/store/people/create-account.ts'
import { lockTeam } from '#server/store/people/member-store.ts'
import type { StoreParts } from '#server/store/rights/rights.ts'
import type { RequireRoom } from '#server/store/team-limits.ts'
import type { AuditContext } from '#server/store/trail/audit-event.ts'
import { Failure } from '#shared/failure.ts'
import type { Page, PageQuery } from '#shared/page.ts'
import type { Invitation, Invite } from '#shared/people/member.ts'
import { notAllowed, type Role, roleMay } from '#shared/people/role.ts'
import { insertAccount } from './create-account.ts'

export type InviteStore = {
  listInvites(teamId: string, query: PageQuery): Promise<Page<Invite>>
  createInvite(
    teamId: string,
    invite: { id: string; role: Role; digest: string; expiresAt: number },
    context: AuditContext,
  ): Promise<void>
  deleteInvite(teamId: string, id: string, context: AuditContext): Promise<void>
  /** Finds an invite by the digest of its token. Throws `NOT_FOUND` when it was used or has expired. */
  invitation(digest: string, at: number): Promise<Invitation>
  /** Uses an invite: creates the account of a new person, and the membership. Throws `CONFLICT` for a member. */
  acceptInvite(
    digest: string,
    who: NewUser | { id: string; name: string },
    context: Omit<AuditContext, 'by'>,
  ): Promise<{ teamId: string }>
}

const inviteColumns = [
  'invite.id',
  'invite.team_id',
  'invite.role',
  'invite.digest',
  'invite.invited_by',
  'invite.expires_at',
  'invite.mac',
] as const

/** Stores invites. A used invite is deleted; the audit trail records it. */
export const inviteStore = (
  db: Kysely<Schema>,
  kind: DatabaseKind,
  { append, rights, requireRoom }: StoreParts & { requireRoom: RequireRoom },
): InviteStore => {
  /** Finds a member. A forged row is none. */
  const memberIn = async (trx: Transaction<Schema>, teamId: string, userId: string) => {
    const row = await trx
      .selectFrom('member')
      .select(['team_id', 'user_id', 'role', 'mac'])
      .where('team_id', '=', teamId)
      .where('user_id', '=', userId)
      .executeTakeFirst()
    return row && (await rights.verify('member', row)) ? row : undefined
  }

  return {
    listInvites: async (teamId, query) => {
      let page = db
        .selectFrom('invite')
        .leftJoin('user', 'user.id', 'invite.invited_by')
        .select(inviteColumns)
        .select(['user.name as invited_by_name', 'created_at'])
        .where('team_id', '=', teamId)
      if (query.after) {
        const [createdAt, id] = decodeCursor(query.after, 'number')
        page = page.where((eb) => eb(eb.refTuple('created_at', 'invite.id'), '>', eb.tuple(createdAt as number, id)))
      }
      const rows = await page.orderBy('created_at').orderBy('invite.id').limit(rowsToRead(query)).execute()
      const { total } = await db
        .selectFrom('invite')
        .select((eb) => eb.fn.countAll<number | string>().as('total'))
        .where('team_id', '=', teamId)
        .executeTakeFirstOrThrow()
      const listed = pageFrom(rows, query, Number(total), asIs, (row) => [row.created_at, row.id])
      return { ...listed, items: (await rights.keep('invite', listed.items, asIs)).map(toInvite) }
    },

    createInvite: (teamId, { id, role, digest, expiresAt }, context) =>
      db.transaction().execute(async (trx) => {
        const { by, at } = context
        // A concurrent demotion deletes the invites of the member. This lock ensures that it finds this one, or that this
        // reads the new role.
        await lockTeam(trx, kind, teamId)
        const inviter = await memberIn(trx, teamId, by.id)
        if (!inviter || !roleMay(inviter.role, 'manageMembers')) throw notAllowed('manageMembers')
        if (role === 'owner' && !roleMay(inviter.role, 'manageOwners')) throw notAllowed('manageOwners')
        // Expired invites are useless.
        await trx.deleteFrom('invite').where('team_id', '=', teamId).where('expires_at', '<=', at).execute()
        await requireRoom(trx, teamId, 'invites')
        await trx
          .insertInto('invite')
          .values(
            await rights.signed('invite', {
              id,
              team_id: teamId,
              role,
              digest,
              invited_by: by.id,
              created_at: at,
              expires_at: expiresAt,
            }),
          )
          .execute()
        await append(trx, teamId, context, { action: 'invite.create', name: id, detail: role })
      }),

    deleteInvite: (teamId, id, context) =>
      db.transaction().execute(async (trx) => {
        const [deleted] = await trx
          .deleteFrom('invite')
          .where('team_id', '=', teamId)
          .where('id', '=', id)
          .returning('role')
          .execute()
        if (!deleted) throw noSuchInvite()
        await append(trx, teamId, context, { action: 'invite.delete', name: id, detail: deleted.role })
      }),

    invitation: async (digest, at) => {
      const row = await db
        .selectFrom('invite')
        .innerJoin('team', 'team.id', 'invite.team_id')
        .leftJoin('user', 'user.id', 'invite.invited_by')
        .select(['team.name as team', 'user.name as invitedBy'])
        .select(inviteColumns)
        .where('digest', '=', digest)
        .where('expires_at', '>', at)
        .where('team.deleted_at', 'is', null)
        .executeTakeFirst()
      if (!row || !(await rights.verify('invite', row))) throw noSuchInvite()
      const { expires_at, invitedBy, team, role } = row
      return {
        team,
        role,
        invitedBy: invitedBy ?? 'somebody who has left',
        expiresAt: new Date(expires_at).toISOString(),
      }
    },

    acceptInvite: (digest, who, context) =>
      db.transaction().execute(async (trx) => {
        const { at } = context
        const known = await trx.selectFrom('invite').select('team_id').where('digest', '=', digest).executeTakeFirst()
        if (!known) throw noSuchInvite()
        await lockTeam(trx, kind, known.team_id)
        const team = trx.selectFrom('team').select('id').where('id', '=', known.team_id).where('deleted_at', 'is', null)
        if (!(await team.executeTakeFirst())) throw noSuchInvite()
        // Only one of two concurrent uses finds it.
        const [invite] = await trx
          .deleteFrom('invite')
          .where('digest', '=', digest)
          .where('expires_at', '>', at)
          .returning(inviteColumns)
          .execute()
        if (!invite || !(await rights.verify('invite', invite))) throw noSuchInvite()
        const { id, team_id, role } = invite
        await requireRoom(trx, team_id, 'members')
        if ('email' in who) {
          if (!(await insertAccount(trx, { kind, rights }, who, at))) throw knownEmail()
        } else {
          const known = await memberIn(trx, team_id, who.id)
          if (known) throw memberAlready(known.role)
          // A forged row: nobody is a member by it.
          await trx.deleteFrom('member').where('team_id', '=', team_id).where('user_id', '=', who.id).execute()
        }
        await trx
          .insertInto('member')
          .values(await rights.signed('member', { team_id, user_id: who.id, role, created_at: at }))
          .execute()
        await append(
          trx,
          team_id,
          { ...context, by: { id: who.id, name: who.name } },
          { action: 'member.join', name: who.name, detail: `${role}, by invite ${id}` },
        )
        return { teamId: team_id }
      }),
  }
}

const noSuchInvite = () =>
  new Failure('NOT_FOUND', 'This invite was used, was withdrawn or has expired. Ask for a new one.')

const knownEmail = () =>
  new Failure('CONFLICT', 'There is an account with this email. Sign in with it, then open the invite again.', {
    issues: [{ message: 'This email has an account already.', path: ['account', 'email'] }],
  })

const memberAlready = (role: Role) =>
  new Failure('CONFLICT', `You are in this team already, as ${role}. The invite is still good for somebody else.`)

type Row = {
  id: string
  role: Role
  invited_by: string
  invited_by_name: string | null
  created_at: number
  expires_at: number
}

const toInvite = (row: Row): Invite => ({
  id: row.id,
  role: row.role,
  invitedBy: { id: row.invited_by, name: row.invited_by_name ?? 'somebody who has left' },
  dtCreated: new Date(row.created_at).toISOString(),
  expiresAt: new Date(row.expires_at).toISOString(),
})
