import type { Kysely } from 'kysely'
import type { Identity } from '#server/identity/identity.ts'
import type { Schema } from '#server/store/db/schema.ts'
import { Failure } from '#shared/failure.ts'
import { type BetterAuth, undefinedIfRefused } from './better-auth-setup.ts'
import type { Sessions } from './sessions.ts'

const minute = 60 * 1000
/** A code is valid in its own 30 seconds and in the 30 seconds before and after. */
const rememberFor = 3 * minute

/**
 * Creates the two-factor part of the identity port. better-auth stores seeds and recovery codes encrypted with its
 * secret.
 */
export const twoFactorIdentity = (auth: BetterAuth, db: Kysely<Schema>, sessions: Sessions): Identity['twoFactor'] => ({
  begin: async (password, { headers }) => {
    const found = await auth.api.getSession({ headers })
    if (found?.user.twoFactorEnabled) throw alreadyOn()
    const started = await undefinedIfRefused(auth.api.enableTwoFactor({ body: { password }, headers }))
    if (!started || !('totpURI' in started)) return undefined
    const { totpURI: uri, backupCodes: recoveryCodes } = started
    return { uri, seed: new URL(uri).searchParams.get('secret') ?? '', recoveryCodes }
  },
  turnOn: async (code, request) => {
    const { headers } = request
    const found = await auth.api.getSession({ headers })
    if (!found || !(await claimCode(db, found.user.id, withoutSpaces(code)))) return undefined
    const body = { code: withoutSpaces(code) }
    const { internalAdapter } = await auth.$context
    const others = (await auth.api.listSessions({ headers })).filter(({ token }) => token !== found.session.token)
    return sessions.replace(request, async () => {
      const verified = await undefinedIfRefused(auth.api.verifyTOTP({ body, headers, returnHeaders: true }))
      // The other sessions proved no second factor. One may be that of somebody who stole the password.
      if (verified) for (const { token } of others) await internalAdapter.deleteSession(token)
      return verified?.headers
    })
  },
  renewCodes: async (password, { headers }) =>
    (await undefinedIfRefused(auth.api.generateBackupCodes({ body: { password }, headers })))?.backupCodes,
  turnOff: (password, request) => {
    const { headers } = request
    const disable = () =>
      undefinedIfRefused(auth.api.disableTwoFactor({ body: { password }, headers, returnHeaders: true }))
    return sessions.replace(request, async () => (await disable())?.headers)
  },
})

/** Completes a sign-in with a code from the app or with a recovery code, which is then used up. */
export const verifySecondFactor = async (
  auth: BetterAuth,
  db: Kysely<Schema>,
  userId: string,
  code: string,
  headers: Headers,
) => {
  const body = { code: withoutSpaces(code) }
  if (!/^\d+$/.test(body.code)) {
    return undefinedIfRefused(auth.api.verifyBackupCode({ body, headers, returnHeaders: true }))
  }
  if (!(await claimCode(db, userId, body.code))) return undefined
  return undefinedIfRefused(auth.api.verifyTOTP({ body, headers, returnHeaders: true }))
}

const alreadyOn = () => new Failure('CONFLICT', 'Two-factor sign-in is on already. Turn it off first to begin anew.')

/** Removes whitespace: apps show codes in groups. */
const withoutSpaces = (code: string): string => code.replaceAll(/\s/g, '')

/**
 * Claims a code for this attempt; resolves with `false` when it was used before. better-auth would accept a code twice
 * while it is valid. The claim comes before the check, so that only one of two concurrent requests succeeds.
 */
const claimCode = async (db: Kysely<Schema>, userId: string, code: string): Promise<boolean> => {
  const at = Date.now()
  await db
    .deleteFrom('used_code')
    .where('at', '<', at - rememberFor)
    .execute()
  const claimed = await db
    .insertInto('used_code')
    .values({ user_id: userId, code, at })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return claimed.numInsertedOrUpdatedRows === 1n
}
