import type { Kysely, Transaction } from 'kysely'
import { asIs } from '#server/store/db/pagination.ts'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import type { StoreParts } from '#server/store/rights/rights.ts'
import type { AuditContext, AuditEvent } from '#server/store/trail/audit-event.ts'
import { Failure } from '#shared/failure.ts'
import { ranksAbove, roleMay } from '#shared/people/role.ts'
import type { Team, User } from '#shared/people/session.ts'
import { forgetIdentities, setPassword } from './create-account.ts'
import { lockTeam } from './member-store.ts'

/** A link for a new password: the digest of its token. Times are in milliseconds since 1970. */
export type NewReset = { digest: string; expiresAt: number }

export type RecoveryStore = {
  /**
   * Stores a link for a new password of a member of the team, in place of an older one. Throws `FORBIDDEN` unless the
   * context's person manages members and ranks above the member, in each team of the member.
   */
  createReset(teamId: string, userId: string, reset: NewReset, context: AuditContext): Promise<void>
  /** Finds the person whom a link is for. Throws `NOT_FOUND` when it was used, was replaced or has expired. */
  reset(digest: string, at: number): Promise<User>
  /**
   * Uses a link: sets the password and ends all sessions of the person. Throws as `reset` does, also when who made the
   * link could not make it any more.
   */
  useReset(digest: string, passwordHash: string, context: Omit<AuditContext, 'by'>): Promise<User>
  /** Deletes the link of a person, who knows their password: they signed in with it. */
  forgetReset(userId: string): Promise<void>
  /**
   * Deletes a person's account: their ways to sign in, sessions, keys and memberships. Records keep their name, and the
   * email is free again. Throws `CONFLICT` while they are the last owner of a team.
   */
  deleteAccount(userId: string, context: AuditContext): Promise<void>
  /** Deletes expired links. */
  deleteExpiredResets(at: number): Promise<void>
}

/** Stores links for new passwords, and deletes accounts. */
export const recoveryStore = (db: Kysely<Schema>, kind: DatabaseKind, parts: StoreParts): RecoveryStore => {
  const { rights } = parts
  const { inTheirTeams, storeReset } = recoverySteps(db, kind, parts)

  /** Throws `FORBIDDEN` unless the person ranks above the subject, and manages members, in each of these teams. */
  const requireRank = async (trx: Transaction<Schema>, by: string, teams: readonly TeamRole[]): Promise<void> => {
    const rows = await trx
      .selectFrom('member')
      .select(['team_id', 'user_id', 'role', 'mac'])
      .where('user_id', '=', by)
      .execute()
    const own = await rights.keep('member', rows, asIs)
    // Who is in no team any more has nobody above them.
    const ranks =
      teams.length > 0 &&
      teams.every(({ id, role }) => {
        const actor = own.find(({ team_id }) => team_id === id)
        return actor !== undefined && roleMay(actor.role, 'manageMembers') && ranksAbove(actor.role, role)
      })
    if (!ranks) throw notBelow()
  }

  const isOnlyOwner = async (trx: Transaction<Schema>, teamId: string): Promise<boolean> => {
    const owners = await trx
      .selectFrom('member')
      .select(['team_id', 'user_id', 'role', 'mac'])
      .where('team_id', '=', teamId)
      .where('role', '=', 'owner')
      .execute()
    return (await rights.keep('member', owners, asIs)).length < 2
  }

  const find = async (from: Kysely<Schema>, digest: string, at: number) => {
    const row = await from
      .selectFrom('password_reset')
      .innerJoin('user', 'user.id', 'password_reset.user_id')
      .select(['user.id', 'user.name', 'user.email', 'user_id', 'digest', 'made_by', 'expires_at'])
      .select('password_reset.mac')
      .where('digest', '=', digest)
      .where('expires_at', '>', at)
      .executeTakeFirst()
    if (!row || !(await rights.verify('password_reset', row))) throw noSuchReset()
    const { id, name, email, made_by: madeBy } = row
    return { user: { id, name, email }, madeBy }
  }

  return {
    createReset: (teamId, userId, reset, context) =>
      inTheirTeams(userId, async (trx, person, teams) => {
        if (!teams.some(({ id }) => id === teamId)) throw noSuchPerson()
        await requireRank(trx, context.by.id, teams)
        await storeReset(trx, person.id, { ...reset, madeBy: context.by.id }, context.at)
        return { context, event: { action: 'reset.create', name: person.name } }
      }),

    reset: async (digest, at) => (await find(db, digest, at)).user,

    useReset: async (digest, passwordHash, context) => {
      const { user, madeBy } = await find(db, digest, context.at)
      await inTheirTeams(user.id, async (trx, _person, teams) => {
        // Only one of two concurrent uses finds it.
        const used = await trx
          .deleteFrom('password_reset')
          .where('digest', '=', digest)
          .returning('user_id')
          .executeTakeFirst()
        if (!used) throw noSuchReset()
        // Roles may have changed since the link was made.
        if (madeBy !== null) {
          await requireRank(trx, madeBy, teams).catch(() => {
            throw noSuchReset()
          })
        }
        await setPassword(trx, { kind, rights }, user.id, passwordHash, context.at)
        await trx.deleteFrom('session').where('userId', '=', user.id).execute()
        const by = { id: user.id, name: user.name }
        return { context: { ...context, by }, event: { action: 'reset.use', name: user.name } }
      })
      return user
    },

    forgetReset: async (userId) => {
      await db.deleteFrom('password_reset').where('user_id', '=', userId).execute()
    },

    deleteAccount: (userId, context) =>
      inTheirTeams(userId, async (trx, person, teams) => {
        const left = []
        for (const team of teams)
          if (team.role === 'owner' && !team.isDeleted && (await isOnlyOwner(trx, team.id))) left.push(team)
        if (left.length > 0) throw lastOwnerOf(left)
        // Also deletes their API keys and their access to projects.
        await trx.deleteFrom('member').where('user_id', '=', userId).execute()
        await trx.deleteFrom('invite').where('invited_by', '=', userId).execute()
        await trx
          .deleteFrom('password_reset')
          .where((eb) => eb.or([eb('user_id', '=', userId), eb('made_by', '=', userId)]))
          .execute()
        await forgetIdentities(trx, rights, userId)
        await trx.deleteFrom('account').where('userId', '=', userId).where('providerId', '=', 'credential').execute()
        for (const table of ['session', 'passkey', 'twoFactor'] as const)
          await trx.deleteFrom(table).where('userId', '=', userId).execute()
        // The row stays, because lists show the name of who set a secret. Nobody can sign in to it.
        // Random, so that nobody can take the address before.
        const email = `${crypto.randomUUID()}@deleted.invalid`
        await rights.update(trx, 'user', { id: userId }, { email, image: null, twoFactorEnabled: null })
        return { context, event: { action: 'account.delete', name: person.name } }
      }),

    deleteExpiredResets: async (at) => {
      await db.deleteFrom('password_reset').where('expires_at', '<=', at).execute()
    },
  }
}

/** A team of a person, with their role. */
type TeamRole = Pick<Team, 'id' | 'name' | 'role'> & { isDeleted: boolean }

type Recorded = { context: AuditContext<AuditContext['by'] | null>; event: AuditEvent }

/** Returns the steps that the console's routes and the operator's commands share. */
export const recoverySteps = (db: Kysely<Schema>, kind: DatabaseKind, { append, rights }: StoreParts) => ({
  /**
   * Changes a person's account in one transaction, with the members of all their teams locked, and records the change in
   * each of these teams. Throws `NOT_FOUND` for an unknown person.
   */
  inTheirTeams: (
    userId: string,
    change: (trx: Transaction<Schema>, person: User, teams: readonly TeamRole[]) => Promise<Recorded>,
  ): Promise<void> =>
    db.transaction().execute(async (trx) => {
      const person = await trx
        .selectFrom('user')
        .select(['id', 'name', 'email'])
        .where('id', '=', userId)
        .executeTakeFirst()
      if (!person) throw noSuchPerson()
      const before = await trx.selectFrom('member').select('team_id').where('user_id', '=', userId).execute()
      // In one order everywhere, so that two such changes cannot deadlock.
      for (const id of before.map(({ team_id }) => team_id).sort()) await lockTeam(trx, kind, id)
      const rows = await trx
        .selectFrom('member')
        .innerJoin('team', 'team.id', 'member.team_id')
        .select(['team.id', 'team.name', 'team_id', 'user_id', 'member.role', 'member.mac', 'team.deleted_at'])
        .where('member.user_id', '=', userId)
        .orderBy('team.id')
        .execute()
      // Deleted teams count too: their owners may restore them.
      const genuine = await rights.keep('member', rows, asIs)
      const teams = genuine.map((row) => ({ ...row, isDeleted: row.deleted_at !== null }))
      const { context, event } = await change(trx, person, teams)
      for (const { id } of teams) await append(trx, id, context, event)
    }),

  /** Stores a link in place of an older one of the same person. */
  storeReset: async (
    trx: Transaction<Schema>,
    userId: string,
    { digest, expiresAt, madeBy }: NewReset & { madeBy: string | null },
    at: number,
  ): Promise<void> => {
    const row = { user_id: userId, digest, made_by: madeBy, created_at: at, expires_at: expiresAt }
    const signed = await rights.signed('password_reset', row)
    await trx
      .insertInto('password_reset')
      .values(signed)
      .onConflict((conflict) => conflict.column('user_id').doUpdateSet(signed))
      .execute()
  },
})

const noSuchPerson = () =>
  new Failure('NOT_FOUND', 'There is no such person in this team. Somebody may have removed them; reload the list.')

const notBelow = () =>
  new Failure(
    'FORBIDDEN',
    'A reset link is for somebody who ranks below you in each of their teams. For others, the server’s operator makes ' +
      'one: npm run admin -- reset-password EMAIL.',
  )

const noSuchReset = () =>
  new Failure('NOT_FOUND', 'This link was used, was replaced by a newer one or has expired. Ask for a new one.')

const lastOwnerOf = (teams: readonly TeamRole[]) =>
  new Failure(
    'CONFLICT',
    `You are the last owner of ${teams.map(({ name }) => `“${name}”`).join(' and ')}. Make somebody else an owner, or ` +
      'delete the team, first.',
  )
