import * as z from 'zod'
import { label } from '#shared/scope.ts'
import { credentials, factorCode, startedSession, user } from './session.ts'

/** A passkey: a device, a security key or a password manager. */
export const passkey = z
  .object({ id: z.string(), name: z.string(), dtCreated: z.iso.datetime() })
  .meta({ id: 'Passkey' })
export type Passkey = z.infer<typeof passkey>

/** A session of a person. */
const accountSession = z
  .object({
    id: z.string(),
    /** Whether it is the session of this request. */
    current: z.boolean(),
    dtCreated: z.iso.datetime(),
    /** Network address at the sign-in, if known. */
    from: z.string().nullable(),
    /** User agent. */
    agent: z.string().nullable(),
  })
  .meta({ id: 'AccountSession' })
export type AccountSession = z.infer<typeof accountSession>

/** How a person signs in. */
export const account = z
  .object({
    user,
    /** Whether sign-in requires a code in addition to the password. */
    twoFactor: z.boolean(),
    /** Whether the account has a password. */
    hasPassword: z.boolean(),
    /** The identity provider, and whether the account is connected to it; null without a provider. */
    openid: z.object({ name: z.string(), connected: z.boolean() }).nullable(),
    passkeys: z.array(passkey),
    /** Host name for passkeys, or null where they are impossible: an IP address has none. */
    passkeyHost: z.string().nullable(),
    /** Newest first. */
    sessions: z.array(accountSession),
  })
  .meta({ id: 'Account' })
export type Account = z.infer<typeof account>

export const accountChange = z.object({ name: label })

/** Deletes one's account. The email is typed, as a question that cannot be answered by accident. */
export const accountDeletion = z.object({
  email: z.string('Type your email.').trim().min(1, 'Type your email.').max(254),
})

export const codeGiven = z.object({ code: factorCode })

/** Seed for an authenticator app, and recovery codes. Both are shown once. */
export const twoFactorSetup = z
  .object({
    /** For a QR code: `otpauth://…` with the seed. */
    uri: z.string(),
    /** The same seed in base 32, for typing. */
    seed: z.string(),
    recoveryCodes: z.array(z.string()),
  })
  .meta({ id: 'TwoFactorSetup' })
export type TwoFactorSetup = z.infer<typeof twoFactorSetup>

/** New recovery codes, which are shown once. */
export const recoveryCodes = twoFactorSetup.pick({ recoveryCodes: true }).meta({ id: 'RecoveryCodes' })
export type RecoveryCodes = z.infer<typeof recoveryCodes>

/** `code` is required after a first attempt without one was answered with `secondFactor`. */
export const signIn = credentials.extend({ code: factorCode.optional() })
export type SignIn = z.infer<typeof signIn>

/** The password is correct; a code is required. */
const secondFactorWanted = z.object({ secondFactor: z.literal(true) }).meta({ id: 'SecondFactorWanted' })

export const signInAnswer = z.union([startedSession, secondFactorWanted])
export type SignInAnswer = z.infer<typeof signInAnswer>
