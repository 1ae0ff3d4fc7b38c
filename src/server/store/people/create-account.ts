import type { Transaction } from 'kysely'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import type { Rights } from '#server/store/rights/rights.ts'

export type NewUser = { id: string; name: string; email: string; passwordHash: string }

/**
 * Creates an account with a password in better-auth's tables. Returns `false` when the email has an account. The tables
 * have dates and booleans, which SQLite has no types for.
 */
export const insertAccount = async (
  trx: Transaction<Schema>,
  { kind, rights }: { kind: DatabaseKind; rights: Rights },
  { id, name, email, passwordHash }: NewUser,
  at: number,
): Promise<boolean> => {
  const date = kind === 'sqlite' ? new Date(at).toISOString() : new Date(at)
  const no = kind === 'sqlite' ? 0 : false
  const dates = { createdAt: date, updatedAt: date }
  const [made] = await trx
    .insertInto('user')
    .values(await rights.signed('user', { id, name, email, emailVerified: no, image: null, ...dates }))
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returning('id')
    .execute()
  if (!made) return false
  await trx
    .insertInto('account')
    .values(
      await rights.signed('account', {
        id: `${id}-password`,
        accountId: id,
        providerId: 'credential',
        userId: id,
        password: passwordHash,
        ...dates,
      }),
    )
    .execute()
  return true
}
