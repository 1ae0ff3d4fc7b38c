import type { Session, User } from '#shared/session.ts'
import type { Store } from '../store.ts'

/** The session of somebody who has just signed in, seen from their first team. */
export const sessionAnswer = async (store: Pick<Store, 'memberships'>, user: User): Promise<Session> => {
  const teams = await store.memberships(user.id)
  return { user, team: teams[0] ?? null, teams }
}
