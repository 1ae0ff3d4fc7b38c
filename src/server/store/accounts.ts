import type { Transaction } from 'kysely'
import type { NewUser } from '../store.ts'
import type { DatabaseKind, Schema } from './schema.ts'

/** Makes an account with a password, in better-auth's tables. Those hold dates and truth values, which SQLite has no types for. */
export const insertAccount = async (
  trx: Transaction<Schema>,
  kind: DatabaseKind,
  { id, name, email, passwordHash }: NewUser,
  at: number,
): Promise<void> => {
  const date = kind === 'sqlite' ? new Date(at).toISOString() : new Date(at)
  const no = kind === 'sqlite' ? 0 : false
  const dates = { createdAt: date, updatedAt: date }
  await trx
    .insertInto('user')
    .values({ id, name, email, emailVerified: no, image: null, ...dates })
    .execute()
  await trx
    .insertInto('account')
    .values({
      id: `${id}-password`,
      accountId: id,
      providerId: 'credential',
      userId: id,
      password: passwordHash,
      ...dates,
    })
    .execute()
}
