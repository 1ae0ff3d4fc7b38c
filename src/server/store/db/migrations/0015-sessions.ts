import type { Kysely } from 'kysely'
import type { DatabaseKind } from '#server/store/db/schema.ts'
import { dialects } from './dialects.ts'

/**
 * Adds what binds a session to the origin that signed in, and when it was last used. Servers of the previous release
 * ignore the new columns, and the sessions that they make have no proof.
 */
export const createSessionProofs = async (db: Kysely<unknown>, kind: DatabaseKind): Promise<void> => {
  const { text, integer } = dialects[kind]
  const session = () => db.schema.alterTable('session')
  await session().addColumn('proof', text).execute()
  await session().addColumn('ticket', text).execute()
  await session().addColumn('ticketUntil', integer).execute()
  await session().addColumn('usedAt', integer).execute()
  await session().addColumn('longestPause', integer).execute()
}
