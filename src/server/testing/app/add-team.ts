import type { Kysely } from 'kysely'
import type { WrappedDataKey } from '#server/crypto/vault.ts'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import { insertTeam } from '#server/store/people/team-store.ts'
import { rightsOf } from '#server/store/rights/rights.ts'
import type { Team, User } from '#shared/people/session.ts'

/** Adds a team and its owner to the database, without the hash of a password. */
export const addTeam = async (
  db: Kysely<Schema>,
  kind: DatabaseKind,
  { team, owner, dataKey, at }: { team: Team; owner: User; dataKey: WrappedDataKey; at: number },
): Promise<void> => {
  const date = kind === 'sqlite' ? new Date(at).toISOString() : new Date(at)
  const { id, namespace, name } = team
  const rights = rightsOf(db)
  await db
    .insertInto('user')
    .values(
      await rights.signed('user', {
        ...owner,
        emailVerified: kind === 'sqlite' ? 0 : false,
        image: null,
        createdAt: date,
        updatedAt: date,
      }),
    )
    .execute()
  await db
    .transaction()
    .execute((trx) => insertTeam(trx, rights, { id, namespace, name, dataKey, ownerId: owner.id, at }))
}
