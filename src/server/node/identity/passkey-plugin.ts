import { passkey } from '@better-auth/passkey'
import { betterAuth } from 'better-auth'
import { APIError } from 'better-auth/api'
import { type betterAuthOptions, productName, twoFactorPlugin } from './better-auth-setup.ts'

/**
 * better-auth with passkeys, on the same accounts and sessions. Apart from the rest so that it is loaded when the first
 * passkey is asked for: its code takes 10 MB, and few people have one.
 */
export const createPasskeyAuth = (options: ReturnType<typeof betterAuthOptions>, publicUrl: URL | undefined) =>
  betterAuth({
    ...options,
    plugins: [
      twoFactorPlugin(),
      passkey({
        rpID: publicUrl?.hostname ?? 'localhost',
        rpName: productName,
        // Without a public address the port is not known here; the origin of the request was checked before.
        origin: publicUrl?.origin ?? null,
        // Signing in by passkey asks for no code: what unlocks the passkey is the second factor.
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        registration: {
          afterVerification: ({ verification }) => requireUnlocked(verification.registrationInfo?.userVerified),
        },
        authentication: {
          afterVerification: ({ verification }) => requireUnlocked(verification.authenticationInfo.userVerified),
        },
        advanced: { webAuthnChallengeCookie: 'passkey' },
      }),
    ],
  })

export type PasskeyAuth = ReturnType<typeof createPasskeyAuth>

const requireUnlocked = async (userVerified: boolean | undefined): Promise<void> => {
  if (!userVerified) throw new APIError('UNAUTHORIZED', { message: 'The passkey was not unlocked.' })
}
