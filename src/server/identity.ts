import type { Credentials, Team, User } from '#shared/session.ts'
import type { Store } from './store.ts'

/** Who a request comes from: a person with a session, and the teams they belong to. */
export type Principal = { user: User; teams: readonly Team[] }

/** Accounts and sessions. Who belongs to which team is not its matter. */
export type Identity = {
  /** The person whose session the request carries, if it is valid still. */
  user(request: Request): Promise<User | undefined>
  /** The form in which a password rests in the store. Slow by intent. */
  hashPassword(password: string): Promise<string>
  /** Starts a session; `headers` set its cookie. `undefined` when email and password do not belong together. */
  signIn(credentials: Credentials, request: Request): Promise<{ user: User; headers: Headers } | undefined>
  /** Ends the request's session on the server; the headers clear its cookie. */
  signOut(request: Request): Promise<Headers>
}

/** Tells who a request comes from by its session. */
export const authenticateBySession =
  (identity: Pick<Identity, 'user'>, store: Pick<Store, 'memberships'>) =>
  async (request: Request): Promise<Principal | undefined> => {
    const user = await identity.user(request)
    return user && { user, teams: await store.memberships(user.id) }
  }
