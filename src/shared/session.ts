import * as z from 'zod'
import { label } from './scope.ts'

export const roles = ['owner', 'admin', 'member', 'viewer'] as const
export type Role = (typeof roles)[number]

export const team = z
  .object({ id: z.string(), namespace: z.string(), name: z.string(), role: z.enum(roles) })
  .meta({ id: 'Team' })
export type Team = z.infer<typeof team>

export const user = z.object({ id: z.string(), name: z.string(), email: z.string() }).meta({ id: 'User' })
export type User = z.infer<typeof user>

/** Who is signed in, the team this request is about, and all teams they belong to. */
export const session = z.object({ user, team, teams: z.array(team) }).meta({ id: 'Session' })
export type Session = z.infer<typeof session>

/** Shortest and longest password, in characters. */
export const passwordLength = { min: 10, max: 128 } as const

const email = z.email('Type an email address, like ada@example.com.').max(254, 'Use at most 254 characters.')

const newPassword = z
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
