import type { Transaction } from 'kysely'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'

/**
 * Changes to who is in a team wait for each other: each decides by the roles that it finds, and two owners who make
 * each other members at once must not both succeed. To be the first statement that locks anything.
 */
export const waitForTurn = async (trx: Transaction<Schema>, kind: DatabaseKind, teamId: string): Promise<void> => {
  const team = trx.selectFrom('team').select('id').where('id', '=', teamId)
  // SQLite has one writer at a time anyway, and no such words.
  await (kind === 'postgres' ? team.forUpdate() : team).execute()
}
