import type { Transaction } from 'kysely'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'

export type NewUser = { id: string; name: string; email: string; passwordHash: string }

/**
 * Makes an account with a password, in better-auth's tables; `false` when there is one with this email. The tables hold
 * dates and truth values, which SQLite has no types for.
 */
export const insertAccount = async (
  trx: Transaction<Schema>,
  kind: DatabaseKind,
  { id, name, email, passwordHash }: NewUser,
  at: number,
): Promise<boolean> => {
  const date = kind === 'sqlite' ? new Date(at).toISOString() : new Date(at)
  const no = kind === 'sqlite' ? 0 : false
  const dates = { createdAt: date, updatedAt: date }
  const [made] = await trx
    .insertInto('user')
    .values({ id, name, email, emailVerified: no, image: null, ...dates })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returning('id')
    .execute()
  if (!made) return false
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
  return true
}
