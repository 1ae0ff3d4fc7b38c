import type { Kysely } from 'kysely'
import type { Identity } from '#server/identity/identity.ts'
import type { Schema } from '#server/store/db/schema.ts'
import { Failure } from '#shared/failure.ts'
import { type BetterAuth, undefinedIfRefused } from './better-auth-setup.ts'

const minute = 60 * 1000
/** A code is good for its half minute and for those beside it. */
const rememberedFor = 3 * minute

/** The second factor by better-auth, which keeps seeds and recovery codes encrypted with its secret. */
export const twoFactorIdentity = (auth: BetterAuth, db: Kysely<Schema>): Identity['twoFactor'] => ({
  begin: async (password, { headers }) => {
    const found = await auth.api.getSession({ headers })
    if (found?.user.twoFactorEnabled) throw alreadyOn()
    const begun = await undefinedIfRefused(auth.api.enableTwoFactor({ body: { password }, headers }))
    if (!begun || !('totpURI' in begun)) return undefined
    const { totpURI: uri, backupCodes: recoveryCodes } = begun
    return { uri, seed: new URL(uri).searchParams.get('secret') ?? '', recoveryCodes }
  },
  turnOn: async (code, { headers }) => {
    const found = await auth.api.getSession({ headers })
    if (!found || !(await claim(db, found.user.id, plain(code)))) return undefined
    const body = { code: plain(code) }
    return (await undefinedIfRefused(auth.api.verifyTOTP({ body, headers, returnHeaders: true })))?.headers
  },
  turnOff: async (password, { headers }) =>
    (await undefinedIfRefused(auth.api.disableTwoFactor({ body: { password }, headers, returnHeaders: true })))
      ?.headers,
})

/** Finishes a sign-in with a code of the app, or with a recovery code, which is used up by it. */
export const verifySecondFactor = async (
  auth: BetterAuth,
  db: Kysely<Schema>,
  userId: string,
  code: string,
  headers: Headers,
) => {
  const body = { code: plain(code) }
  if (!/^\d+$/.test(body.code)) {
    return undefinedIfRefused(auth.api.verifyBackupCode({ body, headers, returnHeaders: true }))
  }
  if (!(await claim(db, userId, body.code))) return undefined
  return undefinedIfRefused(auth.api.verifyTOTP({ body, headers, returnHeaders: true }))
}

const alreadyOn = () => new Failure('CONFLICT', 'Two-factor sign-in is on already. Turn it off first to begin anew.')

/** Apps show codes in groups. */
const plain = (code: string): string => code.replaceAll(/\s/g, '')

/**
 * Takes a code for this one attempt. Somebody who looks over a shoulder, or listens, must not use it a second time
 * while it is good; better-auth would let them. Claimed before it is checked, so that two at once are one and a refusal.
 */
const claim = async (db: Kysely<Schema>, userId: string, code: string): Promise<boolean> => {
  const at = Date.now()
  await db
    .deleteFrom('used_code')
    .where('at', '<', at - rememberedFor)
    .execute()
  const claimed = await db
    .insertInto('used_code')
    .values({ user_id: userId, code, at })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return claimed.numInsertedOrUpdatedRows === 1n
}
