import type { Kysely } from 'kysely'
import type { WrappedDataKey } from '#server/crypto/vault.ts'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import { rightsOf } from '#server/store/rights/rights.ts'
import type { Team, User } from '#shared/people/session.ts'

/**
 * Adds a team to the database. The API creates only one, at set-up; tests need more to check that teams are isolated.
 */
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
    .insertInto('team')
    .values(await rights.signed('team', { id, namespace, name, created_at: at }))
    .execute()
  await db
    .insertInto('member')
    .values(await rights.signed('member', { team_id: id, user_id: owner.id, role: 'owner', created_at: at }))
    .execute()
  await db
    .insertInto('scope')
    .values(
      await rights.signed('scope', {
        team_id: id,
        id,
        kind: 'team',
        name,
        name_key: name.toLowerCase(),
        type: null,
        created_at: at,
        modified_at: at,
        revision: 0,
        secrets: 0,
        access: 'all',
      }),
    )
    .execute()
  const { id: keyId, algorithm, wrapped } = dataKey
  await db.insertInto('data_key').values({ id: keyId, team_id: id, algorithm, wrapped, created_at: at }).execute()
}
