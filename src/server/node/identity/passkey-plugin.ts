import { passkey } from '@better-auth/passkey'
import { betterAuth } from 'better-auth'
import { APIError } from 'better-auth/api'
import { type betterAuthOptions, productName, twoFactorPlugin } from './better-auth-setup.ts'

/**
 * Creates better-auth with passkeys, on the same accounts and sessions. Loaded on the first passkey request, because
 * the code takes 10 MB of memory and few people have a passkey.
 */
export const createPasskeyAuth = (options: ReturnType<typeof betterAuthOptions>, publicUrl: URL | undefined) =>
  betterAuth({
    ...options,
    plugins: [
      twoFactorPlugin(),
      passkey({
        rpID: publicUrl?.hostname ?? 'localhost',
        rpName: productName,
        // Without a public address the port is unknown here; the request's origin was checked before.
        origin: publicUrl?.origin ?? null,
        // Signing in by passkey asks for no code: unlocking the passkey is the second factor.
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
