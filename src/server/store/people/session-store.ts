import type { Kysely } from 'kysely'
import { prepared } from '#server/store/db/prepared-statement.ts'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import type { StoreParts } from '#server/store/rights/rights.ts'
import type { Membership, User } from '#shared/people/session.ts'
import { teamColumns, toMembership } from './team-columns.ts'

/** A session with its person and their teams, also an expired one. Times are in milliseconds since 1970. */
export type StoredSession = {
  id: string
  /** When the person signed in. Changing the password keeps it. */
  startedAt: number
  expiresAt: number
  /** When the cookie was last set. */
  renewedAt: number
  /** When it was last used, to within a minute. */
  usedAt: number
  /** The longest time without use since the sign-in, as of the last use. */
  longestPause: number
  /** When the person last entered their password. */
  confirmedAt: number
  /** SHA-256 of the proof; null until the proof was handed out. */
  proof: string | null
  /** Whether a passkey or the identity provider proved a second factor. Null for a session by password. */
  provedFactor: boolean | null
  /** Whether it is proved by more than a password: by a passkey or the provider, or because a password needs a code. */
  secondFactor: boolean
  user: User
  /** By name. */
  teams: Membership[]
}

export type SessionStore = {
  sessionByToken(token: string): Promise<StoredSession | undefined>
  /** Stores the proof of a new session. */
  setSessionProof(token: string, proof: string): Promise<void>
  /** Stores that the person proved themselves with a passkey in this session. */
  noteSecondFactor(token: string): Promise<void>
  /**
   * Forgets the second factor of a person's sessions that one was proved in, except that of `kept`: a deleted passkey
   * may have proved it.
   */
  forgetSecondFactors(userId: string, kept?: string): Promise<void>
  /** Keeps proof, age and confirmation of a session in the one that replaces it. */
  continueSession(
    token: string,
    before: Pick<StoredSession, 'proof' | 'startedAt' | 'confirmedAt' | 'provedFactor' | 'longestPause'>,
    expiresAt: number,
  ): Promise<void>
  confirmSession(token: string, at: number): Promise<void>
  /** Stores that the session was used; with `renewedAt`, also that its cookie was set. */
  noteSessionUse(
    token: string,
    use: { at: number; expiresAt: number; longestPause: number; renewedAt?: number | undefined },
  ): Promise<void>
  /** Stores the ticket that is traded for the proof of a new session. */
  setSessionTicket(token: string, ticket: { digest: string; until: number }): Promise<void>
  /** Replaces the ticket of a session by its proof. Returns `false` for another ticket, and when it was used or expired. */
  claimSessionProof(token: string, claim: { ticket: string; proof: string; at: number }): Promise<boolean>
}

/** Stores what a session has beyond better-auth's fields, and finds sessions in one statement. */
export const sessionStore = (
  db: Kysely<Schema>,
  kind: DatabaseKind,
  { rights }: Pick<StoreParts, 'rights'>,
): SessionStore => {
  const byToken = prepared((given: { token: string }) =>
    db
      .selectFrom('session as s')
      .innerJoin('user as u', 'u.id', 's.userId')
      .leftJoin('member as m', 'm.user_id', 's.userId')
      .leftJoin('team', (join) => join.onRef('team.id', '=', 'm.team_id').on('team.deleted_at', 'is', null))
      .select([
        's.id as sessionId',
        's.createdAt',
        's.updatedAt',
        's.expiresAt',
        's.confirmedAt',
        's.usedAt',
        's.longestPause',
        's.proof',
        's.secondFactor',
        's.mac',
        'u.twoFactorEnabled',
        'u.mac as userMac',
        'u.id as userId',
        'u.name as userName',
        'u.email',
        ...teamColumns,
        'team.mac as teamMac',
        'm.role',
        'm.mac as memberMac',
      ])
      .where('s.token', '=', given.token)
      .orderBy('team.name')
      .orderBy('team.id'),
  )
  const change = async (token: string, set: Parameters<typeof rights.update<'session'>>[3]): Promise<void> => {
    await db.transaction().execute((trx) => rights.update(trx, 'session', { token }, set))
  }
  const yes = kind === 'sqlite' ? 1 : true
  const date = (at: number) => (kind === 'sqlite' ? new Date(at).toISOString() : new Date(at))

  return {
    sessionByToken: async (token) => {
      const rows = await byToken(db, { token })
      const [row] = rows
      if (!row) return undefined
      const isSession = rights.verify('session', {
        id: row.sessionId,
        token,
        userId: row.userId,
        createdAt: row.createdAt,
        expiresAt: row.expiresAt,
        confirmedAt: row.confirmedAt,
        proof: row.proof,
        secondFactor: row.secondFactor,
        mac: row.mac,
      })
      const { userId, email, twoFactorEnabled } = row
      const isUser = rights.verify('user', { id: userId, email, twoFactorEnabled, mac: row.userMac })
      // A short request: an additional promise is measurable.
      if (isSession !== true && !(await isSession)) return undefined
      if (isUser !== true && !(await isUser)) return undefined
      const startedAt = time(row.createdAt)
      const renewedAt = time(row.updatedAt)
      const teams: Membership[] = []
      for (const { id, namespace, name, role, teamMac, memberMac, ...rest } of rows) {
        if (id === null || namespace === null || name === null || role === null) continue
        const { second_factor, session_idle_minutes, session_max_minutes } = rest
        const team = { id, namespace, name, second_factor, session_idle_minutes, session_max_minutes }
        const isMember = rights.verify('member', { team_id: id, user_id: userId, role, mac: memberMac })
        const isTeam = rights.verify('team', { ...team, deleted_at: null, mac: teamMac })
        if (isMember !== true && !(await isMember)) continue
        if (isTeam !== true && !(await isTeam)) continue
        teams.push(toMembership({ ...team, role }))
      }
      return {
        id: row.sessionId,
        startedAt,
        renewedAt,
        expiresAt: time(row.expiresAt),
        usedAt: Math.max(renewedAt, row.usedAt ?? 0),
        longestPause: row.longestPause ?? 0,
        confirmedAt: row.confirmedAt === null ? startedAt : time(row.confirmedAt),
        proof: row.proof,
        provedFactor: row.secondFactor === null ? null : Boolean(row.secondFactor),
        // The provider asks for no code of the app here.
        secondFactor: Boolean(row.secondFactor ?? twoFactorEnabled),
        user: { id: userId, name: row.userName, email },
        teams,
      }
    },

    setSessionProof: (token, proof) => change(token, { proof }),

    noteSecondFactor: (token) => change(token, { secondFactor: yes }),

    forgetSecondFactors: (userId, kept) =>
      db.transaction().execute(async (trx) => {
        const proved = await trx
          .selectFrom('session')
          .select('token')
          .where('userId', '=', userId)
          .where('secondFactor', '=', yes)
          .execute()
        const tokens = proved.map(({ token }) => token).filter((token) => token !== kept)
        await rights.update(trx, 'session', { token: tokens }, { secondFactor: null })
      }),

    continueSession: (token, { proof, startedAt, confirmedAt, provedFactor, longestPause }, expiresAt) =>
      change(token, {
        proof,
        longestPause,
        secondFactor: provedFactor === null ? null : kind === 'sqlite' ? Number(provedFactor) : provedFactor,
        createdAt: date(startedAt),
        confirmedAt: date(confirmedAt),
        expiresAt: date(expiresAt),
      }),

    confirmSession: (token, at) => change(token, { confirmedAt: date(at) }),

    noteSessionUse: (token, { at, expiresAt, longestPause, renewedAt }) =>
      change(token, {
        usedAt: at,
        longestPause,
        expiresAt: date(expiresAt),
        ...(renewedAt === undefined ? {} : { updatedAt: date(renewedAt) }),
      }),

    setSessionTicket: (token, { digest, until }) => change(token, { ticket: digest, ticketUntil: until }),

    claimSessionProof: (token, { ticket, proof, at }) =>
      db.transaction().execute(async (trx) => {
        const waiting = await trx
          .selectFrom('session')
          .select('id')
          .where('token', '=', token)
          .where('ticket', '=', ticket)
          .where('ticketUntil', '>', at)
          .executeTakeFirst()
        if (!waiting) return false
        // The conditions again: another claim may have been first.
        const set = { proof, ticket: null, ticketUntil: null }
        return (await rights.update(trx, 'session', { token, ticket, proof: null }, set)).length === 1
      }),
  }
}

const time = (stored: string | Date): number => (typeof stored === 'string' ? Date.parse(stored) : stored.getTime())
