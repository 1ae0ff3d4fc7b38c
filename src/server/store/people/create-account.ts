import type { Transaction } from 'kysely'
import { newId } from '#server/crypto/make-id.ts'
import type { DatabaseKind, Schema } from '#server/store/db/schema.ts'
import type { Rights } from '#server/store/rights/rights.ts'
import { Failure } from '#shared/failure.ts'

/** An identity at an OpenID provider: `providerId` names the issuer, `subject` the person there. Never the email. */
export type OpenidIdentity = { providerId: string; subject: string }

/** A new person, who signs in with a password or with an identity provider. */
export type NewUser = { id: string; name: string; email: string } & (
  | { passwordHash: string }
  | { openid: OpenidIdentity }
)

type Parts = { kind: DatabaseKind; rights: Rights }

/**
 * Creates an account with its first way to sign in, in better-auth's tables. Returns `false` when the email has an account. The tables
 * have dates and booleans, which SQLite has no types for.
 */
export const insertAccount = async (
  trx: Transaction<Schema>,
  parts: Parts,
  who: NewUser,
  at: number,
): Promise<boolean> => {
  const { kind, rights } = parts
  const { id, name, email } = who
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
  if ('openid' in who) await insertOpenid(trx, parts, { userId: id, identity: who.openid }, at)
  else await setPassword(trx, parts, id, who.passwordHash, at)
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

/** Connects an account with an identity. Throws `CONFLICT` when the identity is connected with another account. */
export const insertOpenid = async (
  trx: Transaction<Schema>,
  { kind, rights }: Parts,
  { userId, identity }: { userId: string; identity: OpenidIdentity },
  at: number,
): Promise<void> => {
  const date = dateOf(kind, at)
  const row = await rights.signed('account', {
    id: newId('oi'),
    accountId: identity.subject,
    providerId: identity.providerId,
    userId,
    password: null,
    createdAt: date,
    updatedAt: date,
  })
  const [made] = await trx
    .insertInto('account')
    .values(row)
    .onConflict((conflict) => conflict.columns(['providerId', 'accountId']).doNothing())
    .returning('id')
    .execute()
  if (!made) throw new Failure('CONFLICT', 'This identity is connected with another account already.')
}

const dateOf = (kind: DatabaseKind, at: number) => (kind === 'sqlite' ? new Date(at).toISOString() : new Date(at))

/** Returns the provider of the note that stays of an identity whose account is gone. */
export const noteOfGone = (providerId: string): string => `gone ${providerId}`

/**
 * Frees the identities of an account at one provider, or at all. A note of each stays: the rules by which people join are
 * for newcomers, and would give somebody back the role that was taken from them.
 */
export const forgetIdentities = async (
  trx: Transaction<Schema>,
  rights: Rights,
  userId: string,
  providerId?: string,
): Promise<void> => {
  let identities = trx
    .selectFrom('account')
    .select(['id', 'accountId', 'providerId'])
    .where('userId', '=', userId)
    .where('providerId', '!=', 'credential')
    .where('providerId', 'not like', noteOfGone('%'))
  if (providerId !== undefined) identities = identities.where('providerId', '=', providerId)
  for (const one of await identities.execute()) {
    const note = noteOfGone(one.providerId)
    await trx.deleteFrom('account').where('providerId', '=', note).where('accountId', '=', one.accountId).execute()
    await rights.update(trx, 'account', { id: one.id }, { providerId: note })
  }
}
