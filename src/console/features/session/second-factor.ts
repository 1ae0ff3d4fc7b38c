import type { Client } from '#client/client.ts'
import type { Account } from '#shared/people/account.ts'

/** What goes with a password: a code, the signature of a passkey, or nothing for who has no second factor. */
type SecondFactor = { code?: string; passkey?: object }

/**
 * Returns the second factor that goes with the person's password: the typed code where two-factor sign-in is on, else
 * the signature of a passkey, for which the browser asks.
 */
export const secondFactorOf = async (
  client: Client,
  { twoFactor, passkeys, passkeyHost }: Account,
  code: string,
): Promise<SecondFactor> => {
  if (twoFactor) return { code }
  return passkeys.length === 0 || passkeyHost === null ? {} : { passkey: await signChallenge(client) }
}

/** Signs a new challenge with a passkey, for which the browser asks. */
export const signChallenge = async (client: Client): Promise<object> => {
  const { signWithPasskey } = await import('#console/features/passkeys/browser-passkeys.ts')
  return signWithPasskey(await client.passkeySignIn.challenge())
}
