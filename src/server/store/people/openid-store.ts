import type { Kysely, Transaction } from 'kysely'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import { lockTeam } from '#server/store/people/member-store.ts'
import type { StoreParts } from '#server/store/rights/rights.ts'
import type { RequireRoom } from '#server/store/team-limits.ts'
import type { AuditContext } from '#server/store/trail/audit-event.ts'
import { Failure } from '#shared/failure.ts'
import type { JoinRule } from '#shared/people/openid.ts'
import type { User } from '#shared/people/session.ts'
import {
  forgetIdentities,
  insertAccount,
  insertOpenid,
  type NewUser,
  noteOfGone,
  type OpenidIdentity,
} from './create-account.ts'

export type OpenidStore = {
  /** Finds the account that is connected with an identity. */
  openidOwner(identity: OpenidIdentity): Promise<User | undefined>
  /** Returns the ways to sign in of an account, besides passkeys. */
  waysIn(userId: string, providerId: string | undefined): Promise<{ hasPassword: boolean; isConnected: boolean }>
  /** Connects an account with an identity. Throws `CONFLICT` when either is connected already. */
  connectOpenid(userId: string, identity: OpenidIdentity, context: AuditContext): Promise<void>
  /**
   * Disconnects an account from a provider, and ends its other sessions, which may have come from there. Throws
   * `CONFLICT` when the account has no other way to sign in; `passwordCounts` is whether its password is one.
   */
  disconnectOpenid(
    userId: string,
    { providerId, passwordCounts, sessionId }: { providerId: string; passwordCounts: boolean; sessionId: string },
    context: AuditContext,
  ): Promise<void>
  /**
   * Creates an account that joins teams by rules, those of them that exist here. Returns `false`, and creates nothing,
   * when none does, or when the identity had an account before: only an invite brings its person back. Throws `CONFLICT` when the email or the identity has an account.
   */
  joinByRules(who: NewUser, rules: readonly JoinRule[], context: Omit<AuditContext, 'by'>): Promise<boolean>
}

/** Stores the identities of accounts at OpenID providers. */
export const openidStore = (
  db: Kysely<Schema>,
  kind: DatabaseKind,
  { append, rights, requireRoom }: StoreParts & { requireRoom: RequireRoom },
): OpenidStore => {
  const identityColumns = ['id', 'accountId', 'providerId', 'userId', 'password', 'mac'] as const

  /** Returns the identities of an account at a provider. A forged row is none. */
  const identitiesOf = async (from: Kysely<Schema>, userId: string, providerId: string) => {
    const rows = await from
      .selectFrom('account')
      .select(identityColumns)
      .where('userId', '=', userId)
      .where('providerId', '=', providerId)
      .execute()
    return rights.keep('account', rows, (row) => row)
  }

  const hadAccount = async (trx: Transaction<Schema>, who: NewUser): Promise<boolean> => {
    if (!('openid' in who)) return false
    const { openid } = who
    const note = await trx
      .selectFrom('account')
      .select('id')
      .where('providerId', '=', noteOfGone(openid.providerId))
      .where('accountId', '=', openid.subject)
      .executeTakeFirst()
    return note !== undefined
  }

  const recordInTeams = async (trx: Transaction<Schema>, userId: string, context: AuditContext, detail: string) => {
    const teams = await trx.selectFrom('member').select('team_id').where('user_id', '=', userId).execute()
    for (const { team_id } of teams) await append(trx, team_id, context, { action: 'account.change', detail })
  }

  return {
    openidOwner: async ({ providerId, subject }) => {
      const row = await db
        .selectFrom('account')
        .select(identityColumns)
        .where('providerId', '=', providerId)
        .where('accountId', '=', subject)
        .executeTakeFirst()
      if (!row || !(await rights.verify('account', row))) return undefined
      return db.selectFrom('user').select(['id', 'name', 'email']).where('id', '=', row.userId).executeTakeFirst()
    },

    waysIn: async (userId, providerId) => ({
      hasPassword: (await identitiesOf(db, userId, 'credential')).length > 0,
      isConnected: providerId !== undefined && (await identitiesOf(db, userId, providerId)).length > 0,
    }),

    connectOpenid: (userId, identity, context) =>
      db.transaction().execute(async (trx) => {
        await lockUser(trx, kind, userId)
        if ((await identitiesOf(trx, userId, identity.providerId)).length > 0) throw connectedAlready()
        await insertOpenid(trx, { kind, rights }, { userId, identity }, context.at)
        await recordInTeams(trx, userId, context, 'sign-in by identity provider connected')
      }),

    disconnectOpenid: (userId, { providerId, passwordCounts, sessionId }, context) =>
      db.transaction().execute(async (trx) => {
        await lockUser(trx, kind, userId)
        if ((await identitiesOf(trx, userId, providerId)).length === 0) throw notConnected()
        const passkeys = await trx
          .selectFrom('passkey')
          .select(['id', 'userId', 'credentialID', 'publicKey', 'mac'])
          .where('userId', '=', userId)
          .execute()
        const hasPasskey = (await rights.keep('passkey', passkeys, (row) => row)).length > 0
        const hasPassword = passwordCounts && (await identitiesOf(trx, userId, 'credential')).length > 0
        if (!hasPassword && !hasPasskey) throw onlyWayIn()
        await forgetIdentities(trx, rights, userId, providerId)
        await trx.deleteFrom('session').where('userId', '=', userId).where('id', '!=', sessionId).execute()
        await recordInTeams(trx, userId, context, 'sign-in by identity provider disconnected')
      }),

    joinByRules: (who, rules, context) =>
      db.transaction().execute(async (trx) => {
        const namespaces = [...new Set(rules.map(({ namespace }) => namespace))]
        if (namespaces.length === 0) return false
        const teams = await trx
          .selectFrom('team')
          .select(['id', 'namespace', 'second_factor', 'session_idle_minutes', 'session_max_minutes'])
          .select(['deleted_at', 'mac'])
          .where('namespace', 'in', namespaces)
          .where('deleted_at', 'is', null)
          // In a fixed order, so that concurrent transactions do not wait for each other.
          .orderBy('id')
          .execute()
        const existing = await rights.keep('team', teams, (row) => row)
        if (existing.length === 0 || (await hadAccount(trx, who))) return false
        for (const { id } of existing) await lockTeam(trx, kind, id)
        if (!(await insertAccount(trx, { kind, rights }, who, context.at))) throw knownEmail()
        for (const { id, namespace } of existing) {
          // The first rule of a team wins: its author wrote it first.
          const rule = rules.find((one) => one.namespace === namespace)
          if (!rule) continue
          const { role, claim, value } = rule
          await requireRoom(trx, id, 'members')
          await trx
            .insertInto('member')
            .values(await rights.signed('member', { team_id: id, user_id: who.id, role, created_at: context.at }))
            .execute()
          await append(
            trx,
            id,
            { ...context, by: { id: who.id, name: who.name } },
            { action: 'member.join', name: who.name, detail: `${role}, by claim ${claim}=${value}` },
          )
        }
        return true
      }),
  }
}

/** Serializes changes to the ways in of one person. SQLite has one writer at a time, and no row locks. */
const lockUser = async (trx: Transaction<Schema>, kind: DatabaseKind, userId: string): Promise<void> => {
  const user = trx.selectFrom('user').select('id').where('id', '=', userId)
  await (kind === 'postgres' ? user.forUpdate() : user).execute()
}

const connectedAlready = () =>
  new Failure('CONFLICT', 'Your account is connected with another identity there. Disconnect it first.')

const notConnected = () => new Failure('NOT_FOUND', 'Your account is not connected. Reload the page.')

const onlyWayIn = () => new Failure('CONFLICT', 'This is your only way to sign in. Add a passkey or a password first.')

const knownEmail = () =>
  new Failure(
    'CONFLICT',
    'There is an account with your email here. Sign in to it as before, then connect it on its account page.',
  )
