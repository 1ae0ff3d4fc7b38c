import { type Kysely, sql, type Transaction } from 'kysely'
import type { Schema } from '#server/store/db/schema.ts'
import { Failure } from '#shared/failure.ts'
import type { NearLimit } from '#shared/people/team.ts'

/** How many of each a team may have. */
export type TeamLimits = { secrets: number; scopes: number; keys: number; members: number; invites: number }

export const defaultTeamLimits: TeamLimits = {
  secrets: 1_000_000,
  scopes: 10_000,
  keys: 10_000,
  members: 10_000,
  invites: 1_000,
}

/** The setting of each limit, and what the things are called. */
export const limitSettings = {
  secrets: { setting: 'TEAM_SECRETS', named: 'secrets' },
  scopes: { setting: 'TEAM_SCOPES', named: 'projects and clusters' },
  keys: { setting: 'TEAM_KEYS', named: 'API keys in use' },
  members: { setting: 'TEAM_MEMBERS', named: 'members' },
  invites: { setting: 'TEAM_INVITES', named: 'open invites' },
} as const satisfies Record<keyof TeamLimits, { setting: string; named: string }>

/** The part of a limit from which people see a warning. */
const near = 0.9

export type TeamLimitStore = {
  /** Returns the limits of which a team has used nine tenths or more. */
  nearLimits(teamId: string): Promise<NearLimit[]>
}

/** Throws `CONFLICT` when a team has no room for one more. Call it in the transaction that adds it. */
export type RequireRoom = (trx: Transaction<Schema>, teamId: string, what: keyof TeamLimits) => Promise<void>

/** For each limit, whether a team has `most` or more. Reads no more rows than that, and a kept count for each scope. */
const has: Record<keyof TeamLimits, (trx: Kysely<Schema>, teamId: string, most: number) => Promise<boolean>> = {
  secrets: async (trx, teamId, most) => {
    const { total } = await trx
      .selectFrom('scope')
      .select(sql<number | string | null>`sum(secrets)`.as('total'))
      .where('team_id', '=', teamId)
      .executeTakeFirstOrThrow()
    return Number(total) >= most
  },
  // The team's own scope is one more row.
  scopes: async (trx, teamId, most) =>
    isThere(trx.selectFrom('scope').select('id').where('team_id', '=', teamId).limit(1).offset(most)),
  keys: async (trx, teamId, most) =>
    isThere(
      trx
        .selectFrom('api_key')
        .select('id')
        .where('team_id', '=', teamId)
        .where('revoked_at', 'is', null)
        .limit(1)
        .offset(most - 1),
    ),
  members: async (trx, teamId, most) =>
    isThere(
      trx
        .selectFrom('member')
        .select('user_id as id')
        .where('team_id', '=', teamId)
        .limit(1)
        .offset(most - 1),
    ),
  invites: async (trx, teamId, most) =>
    isThere(
      trx
        .selectFrom('invite')
        .select('id')
        .where('team_id', '=', teamId)
        .limit(1)
        .offset(most - 1),
    ),
}

/**
 * Returns {@link RequireRoom} for these limits. Concurrent additions on PostgreSQL may exceed a limit by as many as there
 * are.
 */
export const roomIn = (limits: TeamLimits): RequireRoom => {
  return async (trx, teamId, what) => {
    const most = limits[what]
    if (!(await has[what](trx, teamId, most))) return
    const { setting, named } = limitSettings[what]
    throw new Failure(
      'CONFLICT',
      `The team has ${most} ${named}, the most that this server allows (${setting}). Delete some, or ask who runs the server.`,
    )
  }
}

export const teamLimitStore = (db: Kysely<Schema>, limits: TeamLimits): TeamLimitStore => ({
  nearLimits: async (teamId) => {
    const found: NearLimit[] = []
    for (const what of Object.keys(limitSettings) as (keyof TeamLimits)[]) {
      const most = limits[what]
      if (await has[what](db, teamId, Math.max(1, Math.ceil(most * near)))) {
        found.push({ named: limitSettings[what].named, most })
      }
    }
    return found
  },
})

const isThere = async (query: { executeTakeFirst(): Promise<{ id: string } | undefined> }): Promise<boolean> =>
  (await query.executeTakeFirst()) !== undefined
