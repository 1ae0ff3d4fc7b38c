import * as z from 'zod'
import { label } from '#shared/scope.ts'
import { credentials, newPassword, session, user } from './session.ts'

/** A password as it is asked for to prove who is there: of any length that one can have. */
const password = credentials.shape.password

/** Something that signs in for a person: a device, a security key, a password manager. */
export const passkey = z
  .object({ id: z.string(), name: z.string(), dtCreated: z.iso.datetime() })
  .meta({ id: 'Passkey' })
export type Passkey = z.infer<typeof passkey>

/** One of the places where a person is signed in. */
export const accountSession = z
  .object({
    id: z.string(),
    /** Whether it is the one that asks. */
    current: z.boolean(),
    dtCreated: z.iso.datetime(),
    /** The network address that it began at, if it is known. */
    from: z.string().nullable(),
    /** What the browser or program called itself. */
    agent: z.string().nullable(),
  })
  .meta({ id: 'AccountSession' })
export type AccountSession = z.infer<typeof accountSession>

/** A person's own sign-in. */
export const account = z
  .object({
    user,
    /** Whether signing in takes a code beside the password. */
    twoFactor: z.boolean(),
    passkeys: z.array(passkey),
    /** The name of the host that passkeys work at, or null where they work at none: an IP address cannot have any. */
    passkeyHost: z.string().nullable(),
    /** The newest first. */
    sessions: z.array(accountSession),
  })
  .meta({ id: 'Account' })
export type Account = z.infer<typeof account>

export const accountChange = z.object({ name: label })

/** A password changes only for who knows the one before. */
export const passwordChange = z.object({ current: password, next: newPassword })
export type PasswordChange = z.infer<typeof passwordChange>

/** A code of the app that makes them, or a recovery code. */
const code = z.string('Type the code.').trim().min(1, 'Type the code.').max(40, 'Use at most 40 characters.')

export const codeGiven = z.object({ code })

/** What an authenticator app needs, and the codes that help without it. Both are told this once. */
export const twoFactorSetup = z
  .object({
    /** For a QR code: `otpauth://…`, with the seed. */
    uri: z.string(),
    /** The same seed, for typing: base 32. */
    seed: z.string(),
    recoveryCodes: z.array(z.string()),
  })
  .meta({ id: 'TwoFactorSetup' })
export type TwoFactorSetup = z.infer<typeof twoFactorSetup>

/** `code` is asked for when the first attempt, without one, is answered with `secondFactor`. */
export const signIn = credentials.extend({ code: code.optional() })
export type SignIn = z.infer<typeof signIn>

/** The password is right, and a code is wanted with it. */
export const secondFactorWanted = z.object({ secondFactor: z.literal(true) }).meta({ id: 'SecondFactorWanted' })
export type SecondFactorWanted = z.infer<typeof secondFactorWanted>

export const signInAnswer = z.union([session, secondFactorWanted])
export type SignInAnswer = z.infer<typeof signInAnswer>
