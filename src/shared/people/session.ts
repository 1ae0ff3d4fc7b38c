import * as z from 'zod'
import { Failure } from '#shared/failure.ts'
import { label } from '#shared/scope.ts'
import { roles } from './role.ts'
import { passkeyProof } from './webauthn.ts'

export const team = z
  .object({ id: z.string(), namespace: z.string(), name: z.string(), role: z.enum(roles) })
  .meta({ id: 'Team' })
export type Team = z.infer<typeof team>

/** What a team asks of the sessions of its people. */
export const teamSettings = z.object({
  /** Whether its people need a second factor before they do anything in the team. */
  secondFactor: z.enum(['optional', 'required']),
  /** Minutes without a request after which a session ends for this team. Null for the server's limit. */
  sessionIdleMinutes: z.int().nullable(),
  /** Minutes after which a session ends for this team, used or not. Null for the server's limit. */
  sessionMaxMinutes: z.int().nullable(),
})
export type TeamSettings = z.infer<typeof teamSettings>

/** The settings of a new team. */
export const defaultTeamSettings: TeamSettings = {
  secondFactor: 'optional',
  sessionIdleMinutes: null,
  sessionMaxMinutes: null,
}

/** A team of a person, with their role and with its settings. */
export type Membership = Team & TeamSettings

/** Returns a team without its settings, as sessions name it. */
export const toTeam = ({ id, namespace, name, role }: Team): Team => ({ id, namespace, name, role })

export const user = z.object({ id: z.string(), name: z.string(), email: z.string() }).meta({ id: 'User' })
export type User = z.infer<typeof user>

/** The signed-in person, the team of this request if any, and all teams of the person. */
export const session = z
  .object({
    user,
    team: team.nullable(),
    teams: z.array(team),
    /** Present when the team requires a second factor that this session lacks: its other answers are refusals. */
    secondFactorNeeded: z.literal(true).optional(),
    /** Number of days in which a deleted secret can be restored. */
    trashDays: z.int().optional(),
    /** Version of the server, like `0.1.0`. */
    version: z.string().optional(),
  })
  .meta({ id: 'Session' })
export type Session = z.infer<typeof session>

/**
 * The header by which every request of a session sends its proof. Pages of other ports of the host receive the session's
 * cookie, but not the proof, which the console's origin keeps.
 */
export const proofHeader = 'gradient-proof'

/** A session that has just started. Only this answer has its proof. */
export const startedSession = session.extend({ proof: z.string() }).meta({ id: 'StartedSession' })
export type StartedSession = z.infer<typeof startedSession>

/** The one-time ticket of a sign-in that ended with a redirect. */
export const proofTicket = z.object({ ticket: z.string('Sign in again.').min(1, 'Sign in again.').max(200) })

/** A session after an invite was accepted: a new one with a proof, or the one that was there. */
export const joinedSession = session.extend({ proof: z.string().optional() }).meta({ id: 'JoinedSession' })
export type JoinedSession = z.infer<typeof joinedSession>

/** A session of a member of a team. */
export type TeamSession = Session & { team: Team }

/** Minimum and maximum length of a password in characters. */
export const passwordLength = { min: 10, max: 128 } as const

export const email = z.email('Type an email address, like ada@example.com.').max(254, 'Use at most 254 characters.')

export const newPassword = z
  .string('Type a password.')
  .min(passwordLength.min, `Use at least ${passwordLength.min} characters.`)
  .max(passwordLength.max, `Use at most ${passwordLength.max} characters.`)

export const credentials = z.object({
  email: email,
  password: z.string('Type your password.').min(1, 'Type your password.').max(passwordLength.max),
})

/** Request for the first account and its team. `token` is the one-time token that the server prints at its start. */
export const setup = z.object({
  token: z.string('Open the set-up link that the server printed at its start.').max(200),
  name: label,
  email,
  password: newPassword,
  team: label,
})
export type Setup = z.infer<typeof setup>

/** A code of an authenticator app, or a recovery code. */
export const factorCode = z
  .string('Type the code.')
  .trim()
  .min(1, 'Type the code.')
  .max(40, 'Use at most 40 characters.')

/** The second factor of a signed-in person, for who has one: a code, or the signature of a passkey. */
const secondFactor = { code: factorCode.optional(), passkey: passkeyProof.shape.credential.optional() }

/** The password, and the second factor of who has one. */
export const passwordProof = z.object({ password: credentials.shape.password, ...secondFactor })
export type PasswordProof = z.infer<typeof passwordProof>

/**
 * Confirms again that it is the signed-in person, to protect dangerous actions in an unattended browser: by password and
 * second factor, or by a passkey alone.
 */
export const confirmation = z
  .object({ password: credentials.shape.password.optional(), ...secondFactor })
  .refine(({ password, passkey }) => password !== undefined || passkey !== undefined, {
    message: 'Type your password.',
    path: ['password'],
  })
export type Confirmation = z.infer<typeof confirmation>

/** A new password requires the current one, and the second factor of who has one. */
export const passwordChange = z.object({
  current: credentials.shape.password,
  next: newPassword,
  ...secondFactor,
})
export type PasswordChange = z.infer<typeof passwordChange>

/** Number of minutes for which a password confirmation is valid. */
export const confirmedMinutes = 10

/** Returns the failure of a session that has ended for one team, by its limits. */
export const signInAgain = (): Failure =>
  new Failure(
    'UNAUTHORIZED',
    'This team asks you to sign in again: your session is too old, or was not used for long.',
    {
      issues: [{ message: 'The session has ended for this team.', path: ['sessionLimit'] }],
    },
  )

const confirmationIssue = 'confirmation'

/** Returns the failure of an action that needs a password confirmation. */
export const confirmationNeeded = (): Failure =>
  new Failure('FORBIDDEN', 'Confirm that it is you: give your password again.', {
    issues: [{ message: 'Your password was asked for too long ago.', path: [confirmationIssue] }],
  })

const secondFactorIssue = 'secondFactor'

/** Returns the failure for a person whose team requires a second factor that their session has not. */
export const secondFactorNeeded = (): Failure =>
  new Failure(
    'FORBIDDEN',
    'This team requires a second factor. Set one up on your account page, or sign in with a passkey.',
    {
      issues: [{ message: 'Your session is proved by a password only.', path: [secondFactorIssue] }],
    },
  )

/**
 * Returns whether a request failed only because the password confirmation is missing. It may succeed after `POST
 * /v1/session/confirmation`.
 */
export const isConfirmationNeeded = (error: unknown): boolean =>
  error instanceof Failure && error.issues.some(({ path }) => path?.[0] === confirmationIssue)
