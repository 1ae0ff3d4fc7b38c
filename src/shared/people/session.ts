import * as z from 'zod'
import { Failure } from '#shared/failure.ts'
import { label } from '#shared/scope.ts'
import { roles } from './role.ts'

export const team = z
  .object({ id: z.string(), namespace: z.string(), name: z.string(), role: z.enum(roles) })
  .meta({ id: 'Team' })
export type Team = z.infer<typeof team>

export const user = z.object({ id: z.string(), name: z.string(), email: z.string() }).meta({ id: 'User' })
export type User = z.infer<typeof user>

/** Who is signed in, the team this request is about, if they are in any, and all teams they belong to. */
export const session = z
  .object({
    user,
    team: team.nullable(),
    teams: z.array(team),
    /** How many days a deleted secret can be restored here. */
    trashDays: z.int().optional(),
    /** The version of the server, like `0.1.0`. */
    version: z.string().optional(),
  })
  .meta({ id: 'Session' })
export type Session = z.infer<typeof session>

/** A session of somebody who belongs to a team. */
export type TeamSession = Session & { team: Team }

/** Shortest and longest password, in characters. */
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
export type Credentials = z.infer<typeof credentials>

/** What makes the first account and its team. `token` is the one-time token that the server printed at its start. */
export const setup = z.object({
  token: z.string('Open the set-up link that the server printed at its start.').max(200),
  name: label,
  email,
  password: newPassword,
  team: label,
})
export type Setup = z.infer<typeof setup>

/** Proves again who is sitting there, for what must not be done by whoever finds a browser open. */
export const confirmation = z.object({ password: credentials.shape.password })

/** How long, in minutes, a password counts as given lately. */
export const confirmedMinutes = 10

const confirmationIssue = 'confirmation'

/** The refusal of something dangerous until the password was given again. */
export const confirmationNeeded = (): Failure =>
  new Failure('FORBIDDEN', 'Confirm that it is you: give your password again.', {
    issues: [{ message: 'Your password was asked for too long ago.', path: [confirmationIssue] }],
  })

/** Whether a request failed only for want of a password given lately; after `POST /v1/session/confirmation` it may succeed. */
export const isConfirmationNeeded = (error: unknown): boolean =>
  error instanceof Failure && error.issues.some(({ path }) => path?.[0] === confirmationIssue)
