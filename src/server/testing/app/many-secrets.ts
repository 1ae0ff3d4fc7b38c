import type { Deps } from '#server/deps.ts'
import { openDatabase } from '#server/node/database/open-database.ts'
import { nameKey } from '#server/store/db/cursor.ts'
import type { Place } from '#server/testing/processes/new-data-folder.ts'
import type { Team } from '#shared/people/session.ts'

const count = 5000

/** Puts thousands of secrets into a team beside the store, so that going through all of them takes a while. */
export const addManySecrets = async (
  { config }: Place,
  { store, vault }: Pick<Deps, 'store' | 'vault'>,
  { id: teamId }: Pick<Team, 'id'>,
): Promise<void> => {
  const key = await store.dataKey(teamId)
  const { db } = openDatabase(config.database)
  await db.transaction().execute(async (trx) => {
    for (let index = 0; index < count; index++) {
      const name = `SECRET_${index}`
      const at = { team_id: teamId, scope_id: teamId, name, version: 1, created_at: 1 }
      const { algorithm, keyId, bytes } = await vault.seal(key, { teamId, scopeId: teamId, name, version: 1 }, 'x')
      const shown = { name_key: nameKey(name), revision: index, modified_at: 1, modified_by: 'us1' }
      await trx
        .insertInto('secret')
        .values({ ...at, ...shown })
        .execute()
      const sealed = { algorithm, key_id: keyId, sealed: bytes, created_by: 'us1' }
      await trx
        .insertInto('secret_version')
        .values({ ...at, ...sealed })
        .execute()
    }
  })
  await db.destroy()
}
