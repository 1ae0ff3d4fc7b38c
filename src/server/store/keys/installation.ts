import { type Kysely, sql } from 'kysely'
import { newSigningKey } from '#server/audit/checkpoint-signature.ts'
import type { Vault } from '#server/crypto/vault.ts'
import type { Schema } from '#server/store/db/schema.ts'

/** Returns the key check of an installation, or `undefined` for a database without one. Writes nothing. */
export const readKeyCheck = async (db: Kysely<Schema>): Promise<Uint8Array | undefined> => {
  const tables = await db.introspection.getTables()
  if (!tables.some(({ name }) => name === 'installation')) return undefined
  const row = await db.selectFrom('installation').select('key_check').executeTakeFirst()
  return row?.key_check
}

/**
 * Claims a new database for the vault's master key. Throws {@link WrongMasterKey} when the database belongs to another
 * key, also when another process claims it at the same time.
 */
export const claim = async (db: Kysely<Schema>, vault: Vault, at: number): Promise<void> => {
  await db.transaction().execute(async (trx) => {
    // A new installation requires codes from the start.
    const [key_check, master_key_id] = [await vault.keyCheck('signed'), vault.masterKeyId()]
    const rights_key = await newRightsKey(vault)
    const { numInsertedOrUpdatedRows } = await trx
      .insertInto('installation')
      .values({ id: 1, key_check, created_at: at, set_up_at: null, master_key_id, master_key_at: at, rights_key })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .executeTakeFirstOrThrow()
    if (numInsertedOrUpdatedRows === 1n) await refuseReleasesWithoutCodes(trx)
  })
  const claimed = await readKeyCheck(db)
  if (!claimed || !(await vault.passesKeyCheck(claimed))) throw new WrongMasterKey()
  // Older releases did not store the key's ID.
  await db
    .updateTable('installation')
    .set({ master_key_id: vault.masterKeyId() })
    .where('master_key_id', 'is', null)
    .where('key_check', '=', claimed)
    .execute()
}

/** Returns the sealed key that signs checkpoints, and creates it at the first start. */
export const auditKey = async (db: Kysely<Schema>, vault: Vault): Promise<Uint8Array> => {
  const find = () => db.selectFrom('installation').select('audit_key').executeTakeFirstOrThrow()
  const known = (await find()).audit_key
  if (known) return known
  const made = await newSigningKey(vault)
  await db.updateTable('installation').set({ audit_key: made }).where('audit_key', 'is', null).execute()
  // Another process may have stored one meanwhile.
  return (await find()).audit_key ?? made
}

/** The purpose that the session secret is sealed for, under the master key. */
export const sessionPurpose = 'session secret'

/**
 * Returns the secret that signs sessions and encrypts second factors. It outlives the master key, so a rotation signs
 * nobody out. An installation of a release that did not store it keeps what it had: a secret derived from the master
 * key.
 */
export const sessionSecret = async (db: Kysely<Schema>, vault: Vault): Promise<string> => {
  const find = () => db.selectFrom('installation').select(['session_secret', 'set_up_at']).executeTakeFirstOrThrow()
  const { session_secret: known, set_up_at } = await find()
  if (!known) {
    // Before set-up there are no sessions.
    const random = crypto.getRandomValues(new Uint8Array(32))
    const text = set_up_at === null ? btoa(String.fromCharCode(...random)) : await vault.derive('sessions')
    const made = await vault.wrap(sessionPurpose, new TextEncoder().encode(text))
    await db.updateTable('installation').set({ session_secret: made }).where('session_secret', 'is', null).execute()
  }
  const kept = known ?? (await find()).session_secret
  if (!kept) throw new Error('The session secret could not be kept.')
  return new TextDecoder().decode(await vault.unwrap(sessionPurpose, kept))
}

/** The purpose that the key of the codes is sealed for, under the master key. */
export const rightsPurpose = 'rights key'

/** The first release that makes and checks the codes of rows that grant rights. */
const firstReleaseWithCodes = 3

/** Keeps servers that would write rows without codes from starting. */
export const refuseReleasesWithoutCodes = async (trx: Kysely<Schema>): Promise<void> => {
  await trx
    .updateTable('schema_release')
    .set({ oldest: firstReleaseWithCodes })
    .where('oldest', '<', firstReleaseWithCodes)
    .execute()
}

const newRightsKey = (vault: Vault): Promise<Uint8Array> =>
  vault.wrap(rightsPurpose, crypto.getRandomValues(new Uint8Array(32)))

/**
 * Returns the sealed key of the codes, and creates it in an installation of a release without codes. Throws when codes
 * are required and there is none: with another key, every row would be refused.
 */
export const rightsKey = async (db: Kysely<Schema>, vault: Vault): Promise<Uint8Array> => {
  const find = () => db.selectFrom('installation').select(['rights_key', 'key_check']).executeTakeFirstOrThrow()
  const { rights_key: known, key_check } = await find()
  if (known) return known
  if ((await vault.keyCheckForm(key_check)) === 'signed') throw new RightsKeyMissing()
  const made = await newRightsKey(vault)
  await db.updateTable('installation').set({ rights_key: made }).where('rights_key', 'is', null).execute()
  // Another process may have stored one meanwhile.
  return (await find()).rights_key ?? made
}

/** Returns whether codes were required once, by traces of it other than the key check. */
export const requiredCodesBefore = async (db: Kysely<Schema>): Promise<boolean> => {
  const release = await db.selectFrom('schema_release').select('oldest').executeTakeFirst()
  if (!release || release.oldest < firstReleaseWithCodes) return false
  const signed = db.selectFrom('audit').select('seq').where('action', '=', 'rights.sign').limit(1)
  return (await signed.executeTakeFirst()) !== undefined
}

/** Thrown when somebody put back the key check from before codes were required. */
export class RightsSwitchedOff extends Error {
  override readonly name = 'RightsSwitchedOff'
  constructor() {
    super(
      'It was signed who may do what, but the key check of the database is from before that. Somebody may have put it ' +
        'back. Nothing was written. Look at npm run admin -- doctor, and restore a backup.',
    )
  }
}

/** Thrown when the database lost the key of its codes. */
export class RightsKeyMissing extends Error {
  override readonly name = 'RightsKeyMissing'
  constructor() {
    super('The database has lost the key of the codes of its rows. Restore a backup: npm run admin -- restore FILE')
  }
}

/** Locks the keys of the installation until the transaction ends, and reads them. */
export const lockInstallation = async (trx: Kysely<Schema>) => {
  // A write to the row locks it on both kinds of database.
  await trx.updateTable('installation').set({ id: sql`id` }).execute()
  return trx.selectFrom('installation').selectAll().executeTakeFirstOrThrow()
}

/** Thrown when the master key did not seal the values of the database. */
export class WrongMasterKey extends Error {
  override readonly name = 'WrongMasterKey'
  constructor() {
    super('The master key does not belong to this database. Nothing was written. Start with the key it was made with.')
  }
}
