import type { Kysely } from 'kysely'

/** Makes an identity of a provider belong to one account. */
export const createOidc = async (db: Kysely<unknown>): Promise<void> => {
  await db.schema.createIndex('account_identity').on('account').columns(['providerId', 'accountId']).unique().execute()
}
