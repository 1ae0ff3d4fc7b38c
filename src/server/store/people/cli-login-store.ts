import type { Kysely, Transaction } from 'kysely'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import type { StoreParts } from '#server/store/rights/rights.ts'
import type { AuditContext } from '#server/store/trail/audit-event.ts'
import { Failure } from '#shared/failure.ts'
import { addressBlock } from '#shared/network/ip-address.ts'

/** A command line that asks for a key: its device name and network address. */
export type StoredCliLogin = { code: string; device: string; from: string; expiresAt: number }

export type FoundCliLogin = StoredCliLogin & { state: 'waiting' | 'allowed' | 'denied' }

export type CliLoginStore = {
  /**
   * Stores a login of a command line until it expires. Returns `false` when the code is taken. Throws
   * `TOO_MANY_REQUESTS` when too many logins wait, in total or from its address.
   */
  startCliLogin(login: StoredCliLogin & { challenge: string }, at: number): Promise<boolean>
  /** Throws `NOT_FOUND`, as the methods below, for a code that is unknown or has expired. */
  cliLogin(code: string, at: number): Promise<FoundCliLogin>
  /**
   * Approves a pending login, which then gets a key of the context's person. `wanted` describes the key. Throws
   * `NOT_FOUND` when it was already decided.
   */
  allowCliLogin(teamId: string, code: string, wanted: string, context: AuditContext): Promise<void>
  denyCliLogin(code: string, at: number): Promise<void>
  /** Returns and deletes an allowed login, for the challenge that started it. */
  takeCliLogin(
    code: string,
    challenge: string,
    at: number,
  ): Promise<'waiting' | 'denied' | { teamId: string; userId: string; wanted: string }>
  /** Deletes expired logins. */
  deleteExpired(at: number): Promise<void>
}

/** The maximum number of open logins, in total and from one network address, which many people may share. */
export const maxCliLogins = { all: 1000, address: 30 }

/** Stores logins of command lines. An expired code does not exist. */
export const cliLoginStore = (
  db: Kysely<Schema>,
  kind: DatabaseKind,
  { append, rights }: StoreParts,
): CliLoginStore => {
  const deleteExpired = async (at: number): Promise<void> => {
    await db.deleteFrom('cli_login').where('expires_at', '<=', at).execute()
  }

  /** Throws when there are too many logins. Call it while other inserts wait. */
  const checkRoom = async (trx: Transaction<Schema>, from: string, at: number): Promise<void> => {
    // No more rows than `maxCliLogins.all`.
    const open = await trx
      .selectFrom('cli_login')
      .select(['asked_from as from', 'expires_at as expiresAt'])
      .where('expires_at', '>', at)
      .orderBy('expires_at')
      .execute()
    const block = addressBlock(from)
    const here = open.filter((login) => addressBlock(login.from) === block)
    if (open.length < maxCliLogins.all && here.length < maxCliLogins.address) return
    const [first] = here.length < maxCliLogins.address ? open : here
    const retryAfter = Math.ceil(((first?.expiresAt ?? at) - at) / 1000)
    throw new Failure('TOO_MANY_REQUESTS', 'Too many command lines wait to be signed in. Try again in some minutes.', {
      retryAfter,
    })
  }

  const open = (code: string, at: number) =>
    db.selectFrom('cli_login').where('code', '=', code).where('expires_at', '>', at)

  return {
    startCliLogin: async ({ code, challenge, device, from, expiresAt }, at) => {
      await deleteExpired(at)
      return db.transaction().execute(async (trx) => {
        // On PostgreSQL, this row serializes new logins. SQLite has one writer at a time.
        const turn = trx.selectFrom('installation').select('id').where('id', '=', 1)
        await (kind === 'postgres' ? turn.forUpdate() : turn).execute()
        await checkRoom(trx, from, at)
        const [started] = await trx
          .insertInto('cli_login')
          .values(
            await rights.signed('cli_login', {
              code,
              challenge,
              device,
              asked_from: from,
              state: 'waiting',
              expires_at: expiresAt,
            }),
          )
          .onConflict((conflict) => conflict.column('code').doNothing())
          .returning('code')
          .execute()
        return started !== undefined
      })
    },

    cliLogin: async (code, at) => {
      const row = await open(code, at)
        .select(['code', 'device', 'asked_from as from', 'state', 'expires_at as expiresAt'])
        .executeTakeFirst()
      if (!row) throw noSuchLogin()
      return row
    },

    allowCliLogin: (teamId, code, wanted, context) =>
      db.transaction().execute(async (trx) => {
        // Only one of two concurrent decisions finds it waiting.
        const [changed] = await rights.update(
          trx,
          'cli_login',
          { code, state: 'waiting' },
          { state: 'allowed', team_id: teamId, user_id: context.by.id, wanted },
        )
        const allowed =
          changed &&
          (await trx
            .selectFrom('cli_login')
            .select(['device', 'asked_from'])
            .where('code', '=', code)
            .where('expires_at', '>', context.at)
            .executeTakeFirst())
        if (!allowed) throw noSuchLogin()
        const detail = `asked from ${allowed.asked_from}`
        await append(trx, teamId, context, { action: 'login.allow', name: allowed.device, detail })
      }),

    denyCliLogin: (code, at) =>
      db.transaction().execute(async (trx) => {
        const [denied] = await rights.update(trx, 'cli_login', { code, state: 'waiting' }, { state: 'denied' })
        if (!denied || Number(denied.expires_at) <= at) throw noSuchLogin()
      }),

    takeCliLogin: async (code, challenge, at) => {
      const known = await open(code, at).select('state').where('challenge', '=', challenge).executeTakeFirst()
      if (!known) throw noSuchLogin()
      if (known.state !== 'allowed') return known.state
      // Only one of two concurrent requests gets it.
      const [taken] = await db
        .deleteFrom('cli_login')
        .where('code', '=', code)
        .where('challenge', '=', challenge)
        .where('state', '=', 'allowed')
        .returning(['code', 'challenge', 'state', 'team_id', 'user_id', 'wanted', 'expires_at', 'mac'])
        .execute()
      if (!taken?.team_id || !taken.user_id || !taken.wanted) throw noSuchLogin()
      if (!(await rights.verify('cli_login', taken))) throw noSuchLogin()
      return { teamId: taken.team_id, userId: taken.user_id, wanted: taken.wanted }
    },

    deleteExpired,
  }
}

const noSuchLogin = () =>
  new Failure(
    'NOT_FOUND',
    'There is no such code any more: it was used, was decided about, or has expired. Run “gradient login” again.',
  )
