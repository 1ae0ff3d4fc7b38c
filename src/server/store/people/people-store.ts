import { type Kysely, sql } from 'kysely'
import type { Vault, WrappedDataKey } from '#server/crypto/vault.ts'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import { dataKeyStatement, noSuchTeam } from '#server/store/keys/data-key.ts'
import type { NewUser } from '#server/store/people/create-account.ts'
import type { StoreParts } from '#server/store/rights/rights.ts'
import type { AuditContext } from '#server/store/trail/audit-event.ts'
import { Failure } from '#shared/failure.ts'
import type { Membership } from '#shared/people/session.ts'
import { insertAccount } from './create-account.ts'
import { teamColumns, toMembership } from './team-columns.ts'
import { insertTeam, masterKeyChanged } from './team-store.ts'

/** What set-up creates: the first account and its team. */
type FirstTeam = {
  user: NewUser
  team: { id: string; name: string; namespace: string }
  dataKey: WrappedDataKey
  context: Omit<AuditContext, 'by'>
}

/** `blockedUntil` is in milliseconds since 1970. */
type Attempts = { failures: number; blockedUntil: number }

export type PeopleStore = {
  /** Returns whether the first account exists. */
  isSetUp(): Promise<boolean>
  /** Creates the first account and its team in one transaction. Throws `CONFLICT` when an account exists. */
  setUp(first: FirstTeam): Promise<void>
  /** Returns the teams of a person, by name. */
  memberships(userId: string): Promise<Membership[]>
  /** Finds a person by email, with the IDs of their teams. */
  personByEmail(email: string): Promise<{ id: string; name: string; teams: string[] } | undefined>
  /** Renames a person. Lists show the new name from then on; the trails of their teams have both names. */
  renamePerson(userId: string, name: string, context: AuditContext): Promise<void>
  /** Returns the newest data key of a team, which seals new values. */
  dataKey(teamId: string): Promise<WrappedDataKey>
  /** Returns the failed attempts under a key, such as an account or an address. */
  attempts(key: string): Promise<Attempts | undefined>
  /** Counts a failure atomically. Starts over when the last one is older than `forgetAfter` milliseconds. */
  countFailure(
    key: string,
    failure: { at: number; forgetAfter: number; wait: (failures: number) => number },
  ): Promise<Attempts>
  /** Takes back a failure that was counted before the attempt succeeded, and its wait. */
  takeBackFailure(key: string): Promise<void>
  forgetFailures(key: string): Promise<void>
}

/** Stores the installation, its people and their teams. */
export const peopleStore = (
  db: Kysely<Schema>,
  kind: DatabaseKind,
  { append, rights, vault }: StoreParts & { vault: Vault },
): PeopleStore => {
  const newestDataKey = dataKeyStatement(db)

  return {
    isSetUp: async () => {
      const row = await db.selectFrom('installation').select('set_up_at').executeTakeFirst()
      return row?.set_up_at != null
    },

    setUp: ({ user, team, dataKey, context }) =>
      db.transaction().execute(async (trx) => {
        const { at } = context
        const claimed = await trx
          .updateTable('installation')
          .set({ set_up_at: at })
          .where('set_up_at', 'is', null)
          .returning(['key_check', 'master_key_id'])
          .executeTakeFirst()
        if (!claimed) throw alreadySetUp()
        if (dataKey.masterKeyId !== undefined && dataKey.masterKeyId !== claimed.master_key_id) {
          // A data key under the previous master key could not be opened after the next start.
          await vault.passesKeyCheck(claimed.key_check)
          throw masterKeyChanged()
        }
        const { id } = user
        await insertAccount(trx, { kind, rights }, user, at)
        await insertTeam(trx, rights, { ...team, dataKey, ownerId: id, at })
        await append(trx, team.id, { ...context, by: user }, { action: 'team.create', name: team.name })
      }),

    memberships: async (userId) => {
      const rows = await db
        .selectFrom('member')
        .innerJoin('team', 'team.id', 'member.team_id')
        .select([...teamColumns, 'team.mac as teamMac', 'member.role', 'member.mac'])
        .where('member.user_id', '=', userId)
        .where('team.deleted_at', 'is', null)
        .orderBy('team.name')
        .orderBy('team.id')
        .execute()
      const genuine = await rights.keep('member', rows, ({ id, role, mac }) => ({
        team_id: id,
        user_id: userId,
        role,
        mac,
      }))
      const known = await rights.keep('team', genuine, ({ teamMac, ...row }) => ({
        ...row,
        deleted_at: null,
        mac: teamMac,
      }))
      return known.map(toMembership)
    },

    renamePerson: (userId, name, context) =>
      db.transaction().execute(async (trx) => {
        const before = await trx.selectFrom('user').select('name').where('id', '=', userId).executeTakeFirst()
        if (!before || before.name === name) return
        // Lists show who set a secret, and are cached by the revision of their scope.
        await trx
          .updateTable('scope')
          .set((eb) => ({ revision: eb('revision', '+', 1) }))
          .where('team_id', 'in', (eb) => eb.selectFrom('member').select('team_id').where('user_id', '=', userId))
          .execute()
        await trx.updateTable('user').set({ name }).where('id', '=', userId).execute()
        const teams = await trx.selectFrom('member').select('team_id').where('user_id', '=', userId).execute()
        // In one order everywhere, so that two such changes cannot deadlock.
        for (const { team_id } of teams.toSorted((one, other) => (one.team_id < other.team_id ? -1 : 1)))
          await append(trx, team_id, context, {
            action: 'account.change',
            name,
            detail: `name: ${before.name} → ${name}`,
          })
      }),

    personByEmail: async (email) => {
      const rows = await db
        .selectFrom('user')
        .leftJoin('member', 'member.user_id', 'user.id')
        .select(['user.id', 'user.name', 'member.team_id'])
        .where('user.email', '=', email)
        .execute()
      const [person] = rows
      return person && { id: person.id, name: person.name, teams: rows.flatMap(({ team_id }) => team_id ?? []) }
    },

    dataKey: async (teamId) => {
      const [row] = await newestDataKey(db, { teamId })
      if (!row) throw noSuchTeam()
      return row
    },

    attempts: async (key) => {
      const row = await db
        .selectFrom('attempt')
        .select(['failures', 'blocked_until as blockedUntil'])
        .where('key', '=', key)
        .executeTakeFirst()
      return row
    },

    countFailure: (key, { at, forgetAfter, wait }) =>
      db.transaction().execute(async (trx) => {
        await trx
          .deleteFrom('attempt')
          .where('last_at', '<', at - forgetAfter)
          .execute()
        const { failures } = await trx
          .insertInto('attempt')
          .values({ key, failures: 1, blocked_until: 0, last_at: at })
          .onConflict((conflict) =>
            conflict.column('key').doUpdateSet({ failures: sql`attempt.failures + 1`, last_at: at }),
          )
          .returning('failures')
          .executeTakeFirstOrThrow()
        const pause = wait(failures)
        // Zero, so that an account without a wait has none after the clock is set back either.
        const blockedUntil = pause === 0 ? 0 : at + pause
        await trx.updateTable('attempt').set({ blocked_until: blockedUntil }).where('key', '=', key).execute()
        return { failures, blockedUntil }
      }),

    takeBackFailure: async (key) => {
      await db
        .updateTable('attempt')
        .set((eb) => ({ failures: eb('failures', '-', 1), blocked_until: 0 }))
        .where('key', '=', key)
        .where('failures', '>', 0)
        .execute()
    },

    forgetFailures: async (key) => {
      await db.deleteFrom('attempt').where('key', '=', key).execute()
    },
  }
}

const alreadySetUp = () =>
  new Failure(
    'CONFLICT',
    'This installation is set up already. Sign in, or ask a member of the team for an invitation.',
  )
