import { type Kysely, PostgresAdapter } from 'kysely'
import { prepared } from '#server/store/db/prepared-statement.ts'
import type { Schema } from '#server/store/db/schema.ts'
import { Failure } from '#shared/failure.ts'

/**
 * Finds the newest data key of a team, which seals new values. In a transaction it also locks the key, so that a
 * rotation waits for the transaction before it deletes the key.
 */
export const dataKeyStatement = (db: Kysely<Schema>) => {
  // SQLite has one writer at a time, and no row locks.
  const mayLock = db.getExecutor().adapter instanceof PostgresAdapter
  return prepared((given: { teamId: string }) => {
    const newest = db
      .selectFrom('data_key')
      .select(['id', 'team_id as teamId', 'algorithm', 'wrapped'])
      .where('team_id', '=', given.teamId)
      .orderBy('created_at', 'desc')
      .limit(1)
    return mayLock ? newest.forKeyShare() : newest
  })
}

export const noSuchTeam = (): Failure => new Failure('NOT_FOUND', 'There is no such team.')
