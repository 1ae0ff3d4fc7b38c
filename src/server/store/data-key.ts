import type { Kysely } from 'kysely'
import { Failure } from '#shared/failure.ts'
import { prepared } from './prepared.ts'
import type { Schema } from './schema.ts'

/** Finds the newest key of a team. */
export const dataKeyStatement = (db: Kysely<Schema>) =>
  prepared((given: { teamId: string }) =>
    db
      .selectFrom('data_key')
      .select(['id', 'team_id as teamId', 'algorithm', 'wrapped'])
      .where('team_id', '=', given.teamId)
      .orderBy('created_at', 'desc')
      .limit(1),
  )

export const noSuchTeam = (): Failure => new Failure('NOT_FOUND', 'There is no such team.')
