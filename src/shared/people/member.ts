import * as z from 'zod'
import { label } from '#shared/scope.ts'
import { roles } from './role.ts'
import { email, newPassword } from './session.ts'

const person = z.object({ id: z.string(), name: z.string() })
const role = z.enum(roles, 'Choose one of the listed roles.')

/** A member of the team. */
export const member = person
  .extend({ email: z.string(), role: z.enum(roles), dtJoined: z.iso.datetime() })
  .meta({ id: 'Member' })
export type Member = z.infer<typeof member>

export const memberChange = z.object({ role })

/** Number of days until an invite expires. */
export const inviteDays = 7

export const newInvite = z.object({ role })

/** An unused invite. */
export const invite = z
  .object({
    id: z.string(),
    role: z.enum(roles),
    invitedBy: person,
    dtCreated: z.iso.datetime(),
    expiresAt: z.iso.datetime(),
  })
  .meta({ id: 'Invite' })
export type Invite = z.infer<typeof invite>

/** A new invite. Its `token` is shown once, in the link `/invite#token=…`. */
export const madeInvite = invite.extend({ token: z.string() }).meta({ id: 'MadeInvite' })
export type MadeInvite = z.infer<typeof madeInvite>

const token = z.string('Open the whole link that you were given.').min(1).max(200)
export const inviteToken = z.object({ token })

/** What an invite link shows before it is accepted. */
export const invitation = z
  .object({ team: z.string(), role: z.enum(roles), invitedBy: z.string(), expiresAt: z.iso.datetime() })
  .meta({ id: 'Invitation' })
export type Invitation = z.infer<typeof invitation>

/** Number of minutes until a link for a new password expires. */
export const resetMinutes = 30

/** A new link for a new password. Its `token` is shown once, in the link `/reset#token=…`. */
export const madeReset = z.object({ token: z.string(), expiresAt: z.iso.datetime() }).meta({ id: 'MadeReset' })
export type MadeReset = z.infer<typeof madeReset>

export const resetToken = z.object({ token })

/** What a link for a new password shows before it is used. */
export const passwordReset = z.object({ name: z.string(), email: z.string() }).meta({ id: 'PasswordReset' })
export type PasswordReset = z.infer<typeof passwordReset>

export const resetUse = z.object({ token, password: newPassword })
export type ResetUse = z.infer<typeof resetUse>

/** Accepts an invite: with `account` as a new person, without as the signed-in one. */
export const inviteAcceptance = z.object({
  token,
  account: z.object({ name: label, email, password: newPassword }).optional(),
})
export type InviteAcceptance = z.infer<typeof inviteAcceptance>

/** Who may see a project: every member, or the chosen ones. Owners and admins always may. */
const projectAccesses = ['all', 'chosen'] as const
export const projectAccess = z
  .object({ access: z.enum(projectAccesses), people: z.array(person) })
  .meta({ id: 'ProjectAccess' })
export type ProjectAccess = z.infer<typeof projectAccess>

export const projectAccessChange = z.object({
  access: z.enum(projectAccesses, 'Choose “all” or “chosen”.'),
  people: z.array(z.string().max(100)).max(1000, 'Choose at most 1,000 people.').default([]),
})
export type ProjectAccessChange = z.input<typeof projectAccessChange>
