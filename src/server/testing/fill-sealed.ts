import type { Insertable } from 'kysely'
import { parseConfig } from '../node/config.ts'
import { openDatabase, peekKeyCheck } from '../node/databases.ts'
import { masterKeySource, openVault } from '../node/master-key.ts'
import { dataKeyStatement } from '../store/data-key.ts'
import type { Schema } from '../store/schema.ts'

/** Rows of one statement: SQLite takes some 32,000 parameters. */
const rowsAtOnce = 1000

/**
 * Puts secrets of the team into the database beside the store, with values that open: the store would take minutes for
 * so many. Their names begin with `prefix`; the value of each is its name with `value of` before it.
 */
export const fillSealed = async (
  settings: Record<string, string>,
  { count, prefix = 'FILLED' }: { count: number; prefix?: string },
): Promise<void> => {
  const config = parseConfig(settings)
  const vault = await openVault(masterKeySource(config.masterKey), await peekKeyCheck(config.database))
  const { db } = openDatabase(config.database)
  try {
    const { id: teamId } = await db.selectFrom('team').select('id').executeTakeFirstOrThrow()
    const [key] = await dataKeyStatement(db)(db, { teamId })
    if (!key) throw new Error('The team has no data key.')
    const at = Date.now()
    for (let from = 0; from < count; from += rowsAtOnce) {
      const secrets: Insertable<Schema['secret']>[] = []
      const versions: Insertable<Schema['secret_version']>[] = []
      for (let index = from; index < Math.min(count, from + rowsAtOnce); index++) {
        const name = `${prefix}_${String(index).padStart(7, '0')}`
        const place = { teamId, scopeId: teamId, name, version: 1 }
        const { algorithm, keyId, bytes } = await vault.seal(key, place, `value of ${name}`)
        const common = { team_id: teamId, scope_id: teamId, name, version: 1, created_at: at }
        secrets.push({ ...common, name_key: name.toLowerCase(), revision: index + 1, modified_at: at, modified_by: '' })
        versions.push({ ...common, algorithm, key_id: keyId, sealed: bytes, created_by: '' })
      }
      await db.transaction().execute(async (trx) => {
        await trx.insertInto('secret').values(secrets).execute()
        await trx.insertInto('secret_version').values(versions).execute()
      })
    }
    await db
      .updateTable('scope')
      .set((eb) => ({ secrets: eb('secrets', '+', count), revision: eb('revision', '+', count) }))
      .where('id', '=', teamId)
      .execute()
  } finally {
    await db.destroy()
  }
}
