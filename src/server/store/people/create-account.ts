import type { Transaction } from 'kysely'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import type { Rights } from '#server/store/rights/rights.ts'

export type NewUser = { id: string; name: string; email: string; passwordHash: string }

type Parts = { kind: DatabaseKind; rights: Rights }

/**
 * Creates an account with a password in better-auth's tables. Returns `false` when the email has an account. The tables
 * have dates and booleans, which SQLite has no types for.
 */
export const insertAccount = async (
  trx: Transaction<Schema>,
  parts: Parts,
  { id, name, email, passwordHash }: NewUser,
  at: number,
): Promise<boolean> => {
  const { kind, rights } = parts
  const date = dateOf(kind, at)
  const no = kind === 'sqlite' ? 0 : false
  const dates = { createdAt: date, updatedAt: date }
  const [made] = await trx
    .insertInto('user')
    .values(await rights.signed('user', { id, name, email, emailVerified: no, image: null, ...dates }))
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returning('id')
    .execute()
  if (!made) return false
  await setPassword(trx, parts, id, passwordHash, at)
  return true
}

/** Sets the password of a person, in place of an older one. A person who has none gets one: they signed in elsewhere. */
export const setPassword = async (
  trx: Transaction<Schema>,
  { kind, rights }: Parts,
  userId: string,
  passwordHash: string,
  at: number,
): Promise<void> => {
  // Not an update, which leaves a forged row as it is.
  await trx.deleteFrom('account').where('userId', '=', userId).where('providerId', '=', 'credential').execute()
  const date = dateOf(kind, at)
  await trx
    .insertInto('account')
    .values(
      await rights.signed('account', {
        id: `${userId}-password`,
        accountId: userId,
        providerId: 'credential',
        userId,
        password: passwordHash,
        createdAt: date,
        updatedAt: date,
      }),
    )
    .execute()
}

const dateOf = (kind: DatabaseKind, at: number) => (kind === 'sqlite' ? new Date(at).toISOString() : new Date(at))
