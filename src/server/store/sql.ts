import { type Dialect, Kysely, sql } from 'kysely'
import type { Store } from '../store.ts'
import type { Vault } from '../vault.ts'
import { migrate } from './migrations.ts'
import { peopleStore } from './people.ts'
import type { DatabaseKind, Schema } from './schema.ts'
import { scopeStore } from './scopes.ts'
import { secretStore } from './secrets.ts'

/** A connection to a database of one of the two kinds. */
export const connect = (dialect: Dialect): Kysely<Schema> => new Kysely<Schema>({ dialect })

/** The key check of an installation that exists already, or `undefined` for a database without one. Writes nothing. */
export const readKeyCheck = async (db: Kysely<Schema>): Promise<Uint8Array | undefined> => {
  const tables = await db.introspection.getTables()
  if (!tables.some(({ name }) => name === 'installation')) return undefined
  const row = await db.selectFrom('installation').select('key_check').executeTakeFirst()
  return row?.key_check
}

/**
 * Brings the database to the current form, claims it for the vault's master key if it is new, and opens the store on it.
 * Throws {@link WrongMasterKey} when it belongs to another.
 */
export const openStore = async (
  db: Kysely<Schema>,
  kind: DatabaseKind,
  { vault, now }: { vault: Vault; now: () => number },
): Promise<Store> => {
  await migrate(db, kind)
  await db
    .insertInto('installation')
    .values({ id: 1, key_check: await vault.keyCheck(), created_at: now(), set_up_at: null })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
  // Of two processes that start on an empty database at once, one has claimed it by now.
  const claimed = await readKeyCheck(db)
  if (!claimed || !(await vault.passesKeyCheck(claimed))) throw new WrongMasterKey()
  return {
    ...peopleStore(db, kind),
    ...scopeStore(db),
    ...secretStore(db),
    ping: async () => {
      await sql`select 1`.execute(db)
    },
    close: () => db.destroy(),
  }
}

/** The master key is not the one that the database's values are sealed under. */
export class WrongMasterKey extends Error {
  override readonly name = 'WrongMasterKey'
  constructor() {
    super('The master key does not belong to this database. Nothing was written. Start with the key it was made with.')
  }
}
