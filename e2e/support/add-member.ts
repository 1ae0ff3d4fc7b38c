import type { APIRequestContext } from '@playwright/test'
import type { Role } from '#shared/people/role.ts'
import { account } from './account-steps.ts'
import { type Session, sessionFrom } from './session.ts'

/** A member who has accepted an invite. */
export type InvitedMember = { name: string; session: Session }

/** Adds a new member without a browser: `owner` is signed in, `request` is not. */
export const addMember = async (
  owner: APIRequestContext,
  request: APIRequestContext,
  role: Role,
): Promise<InvitedMember> => {
  const made = await owner.post('/v1/invites', { data: { role } })
  const { token } = await made.json()
  const name = `${role}-${crypto.randomUUID().slice(0, 8)}`
  const person = { name, email: `${name}@example.com`, password: account.password }
  const accepted = await request.post('/v1/invitation/acceptance', { data: { token, account: person } })
  if (!accepted.ok()) throw new Error(`An invite was answered with ${made.status()}, then ${accepted.status()}.`)
  return { name, session: await sessionFrom(request, accepted.url(), (await accepted.json()).proof) }
}
