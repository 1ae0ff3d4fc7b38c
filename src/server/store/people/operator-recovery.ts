import type { Kysely } from 'kysely'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import type { StoreParts } from '#server/store/rights/rights.ts'
import { byOperator } from '#shared/audit/audit-record.ts'
import { Failure } from '#shared/failure.ts'
import type { Role } from '#shared/people/role.ts'
import type { User } from '#shared/people/session.ts'
import { lockTeam } from './member-store.ts'
import { type NewReset, recoverySteps } from './recovery-store.ts'

/** What was removed and what stays of a person's ways to prove who they are. */
export type RemovedFactors = { authenticator: boolean; passkeys: string[]; removedPasskeys: boolean }

/**
 * The operator's ways to let people in again. They need no session: anyone who runs admin commands has the database and the
 * master key. Each records itself as the operator's, and throws `NOT_FOUND` for an unknown email.
 */
export type OperatorRecovery = {
  /** Stores a link for a new password, for anybody. Using it ends their sessions. */
  createReset(email: string, reset: NewReset): Promise<User>
  /**
   * Removes the authenticator app and the recovery codes of a person; with `passkeys`, their passkeys too. Ends their
   * sessions.
   */
  removeSecondFactor(email: string, options: { passkeys: boolean }): Promise<RemovedFactors>
  /** Makes a person an owner of a team, given by ID or namespace. They join it when they are not in it. Ends their sessions. */
  makeOwner(team: string, email: string): Promise<{ team: string; person: User; before: Role | undefined }>
}

export const operatorRecovery = (
  db: Kysely<Schema>,
  kind: DatabaseKind,
  parts: StoreParts & { now: () => number },
): OperatorRecovery => {
  const { append, rights, now } = parts
  const { inTheirTeams, storeReset } = recoverySteps(db, kind, parts)

  const personByEmail = async (email: string): Promise<User> => {
    const row = await db
      .selectFrom('user')
      .select(['id', 'name', 'email', 'twoFactorEnabled', 'mac'])
      .where('email', '=', email.toLowerCase())
      .executeTakeFirst()
    if (!row) throw new Failure('NOT_FOUND', `Nobody has an account with the email “${email}”. Check it.`)
    // Somebody who writes to the database could give their own account this email.
    if (!(await rights.verify('user', row))) throw forgedAccount()
    return { id: row.id, name: row.name, email: row.email }
  }
  const context = () => ({ by: null, at: now() })

  return {
    createReset: async (email, reset) => {
      const person = await personByEmail(email)
      await inTheirTeams(person.id, async (trx) => {
        await storeReset(trx, person.id, { ...reset, madeBy: null }, now())
        return { context: context(), event: { action: 'reset.create', name: person.name, detail: byOperator } }
      })
      return person
    },

    removeSecondFactor: async (email, { passkeys }) => {
      const person = await personByEmail(email)
      const found = await db.selectFrom('passkey').select(['id', 'name']).where('userId', '=', person.id).execute()
      let authenticator = false
      await inTheirTeams(person.id, async (trx) => {
        const [removed] = await trx.deleteFrom('twoFactor').where('userId', '=', person.id).returning('id').execute()
        authenticator = removed !== undefined
        await rights.update(trx, 'user', { id: person.id }, { twoFactorEnabled: null })
        if (passkeys) await trx.deleteFrom('passkey').where('userId', '=', person.id).execute()
        await trx.deleteFrom('session').where('userId', '=', person.id).execute()
        const what = passkeys ? 'second factor and passkeys removed' : 'second factor removed'
        return {
          context: context(),
          event: { action: 'account.change', name: person.name, detail: `${what} of ${person.name}, ${byOperator}` },
        }
      })
      return { authenticator, passkeys: found.map(({ id, name }) => name ?? id), removedPasskeys: passkeys }
    },

    makeOwner: async (wanted, email) => {
      const person = await personByEmail(email)
      return db.transaction().execute(async (trx) => {
        const teams = await trx
          .selectFrom('team')
          .select(['id', 'name', 'namespace'])
          .where((eb) => eb.or([eb('id', '=', wanted), eb('namespace', '=', wanted)]))
          .execute()
        const team = teams[0]
        if (!team) throw await noSuchTeam(trx, wanted)
        await lockTeam(trx, kind, team.id)
        const row = await trx
          .selectFrom('member')
          .select(['team_id', 'user_id', 'role', 'mac'])
          .where('team_id', '=', team.id)
          .where('user_id', '=', person.id)
          .executeTakeFirst()
        const member = row && (await rights.verify('member', row)) ? row : undefined
        if (member?.role === 'owner')
          throw new Failure('CONFLICT', `${person.name} is an owner of “${team.name}” already.`)
        const key = { team_id: team.id, user_id: person.id }
        if (member) await rights.update(trx, 'member', key, { role: 'owner' })
        else {
          // A forged row is none.
          await trx.deleteFrom('member').where('team_id', '=', team.id).where('user_id', '=', person.id).execute()
          await trx
            .insertInto('member')
            .values(await rights.signed('member', { ...key, role: 'owner', created_at: now() }))
            .execute()
        }
        await trx.deleteFrom('session').where('userId', '=', person.id).execute()
        await append(
          trx,
          team.id,
          context(),
          member
            ? { action: 'member.role', name: person.name, detail: `${member.role} → owner, ${byOperator}` }
            : { action: 'member.join', name: person.name, detail: `${person.name} as owner, ${byOperator}` },
        )
        return { team: team.name, person, before: member?.role }
      })
    },
  }
}

const forgedAccount = () =>
  new Failure('CONFLICT', 'The account with this email was changed in the database, past the server. Run the doctor.')

const noSuchTeam = async (db: Kysely<Schema>, wanted: string): Promise<Failure> => {
  const teams = await db.selectFrom('team').select(['name', 'namespace']).orderBy('namespace').execute()
  const known = teams.map(({ name, namespace }) => `${namespace} (${name})`).join(', ')
  return new Failure('NOT_FOUND', `There is no team “${wanted}”. There are: ${known}`)
}
