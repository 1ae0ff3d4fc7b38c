import type { Store } from '#server/store/open-store.ts'
import type { Stamp } from '#server/store/trail/audit-event.ts'
import type { Account, PasswordChange, SignIn, TwoFactorSetup } from '#shared/people/account.ts'
import type { KeyAccess } from '#shared/people/role.ts'
import type { Team, User } from '#shared/people/session.ts'
import type { NewPasskey, PasskeyCreation, PasskeyProof, PasskeyRequest } from '#shared/people/webauthn.ts'

/** Who a request comes from: a person, by their session or by one of their keys. */
export type Principal = {
  user: User
  /** The teams they belong to; with a key, the key's only. */
  teams: readonly Team[]
  /** `confirmedAt` is when the password was given last, in milliseconds since 1970. */
  session?: { id: string; confirmedAt: number }
  key?: PrincipalKey
}

export type PrincipalKey = {
  id: string
  name: string
  access: readonly KeyAccess[]
  /** What it is limited to, if to anything. */
  projectId: string | null
  clusterId: string | null
  /** In milliseconds since 1970; null for a key that lasts. */
  expiresAt: number | null
}

/** A session that has just begun, or anew; `headers` set its cookie. */
export type SignedIn = { user: User; headers: Headers }

/** Accounts and sessions. Who belongs to which team is not its matter. */
export type Identity = {
  /** The session that the request carries, if it is valid still, and whose it is. */
  session(request: Request): Promise<{ user: User; id: string; confirmedAt: number } | undefined>
  /** The form in which a password rests in the store. Slow by intent. */
  hashPassword(password: string): Promise<string>
  /**
   * Starts a session, which comes from the network address `from`. `undefined` when email and password do not belong
   * together. A code is looked at only when they do.
   */
  signIn(given: SignIn, request: Request, from: string): Promise<SignedIn | 'codeWanted' | 'codeWrong' | undefined>
  /** Ends the request's session on the server; the headers clear its cookie. */
  signOut(request: Request): Promise<Headers>

  // What follows is for requests that carry a session. It is about the person and the session of the request.

  /** Takes note that the password was given now; `false` when it is not the right one. */
  confirm(password: string, request: Request): Promise<boolean>
  /** All that the person's own page shows. */
  account(request: Request): Promise<Account>
  /** Changes the password and ends all sessions but a new one; `undefined` when the current one is not right. */
  changePassword(change: PasswordChange, request: Request, from: string): Promise<Headers | undefined>
  /** Ends one of the person's sessions; `false` when they have no such. */
  endSession(id: string, request: Request): Promise<boolean>
  twoFactor: {
    /**
     * Makes a new seed, that counts only when a code of it has come back; `undefined` when the password is not right.
     * Throws `CONFLICT` when codes are wanted already.
     */
    begin(password: string, request: Request): Promise<TwoFactorSetup | undefined>
    /** Wants codes from now on; `undefined` when this one is not right. The session gets a new cookie. */
    turnOn(code: string, request: Request): Promise<Headers | undefined>
    /** Forgets the seed; `undefined` when the password is not right. The session gets a new cookie. */
    turnOff(password: string, request: Request): Promise<Headers | undefined>
  }
  passkeys: {
    /** A challenge for a new passkey, which the headers bind to the browser. */
    beginAdding(request: Request): Promise<{ options: PasskeyCreation; headers: Headers }>
    /** Keeps a new passkey; `false` when it does not answer the challenge. */
    add(passkey: NewPasskey, request: Request): Promise<boolean>
    /** `false` when the person has no such passkey. */
    delete(id: string, request: Request): Promise<boolean>
    /** A challenge for whoever wants to sign in. */
    beginSignIn(request: Request): Promise<{ options: PasskeyRequest; headers: Headers }>
    /** Starts a session of the passkey's owner; `undefined` when it does not answer the challenge or is not known. */
    signIn(proof: PasskeyProof, request: Request, from: string): Promise<SignedIn | undefined>
  }
}

/** Tells who a request comes from by its session. */
export const authenticateBySession =
  (identity: Pick<Identity, 'session'>, store: Pick<Store, 'memberships'>) =>
  async (request: Request): Promise<Principal | undefined> => {
    const found = await identity.session(request)
    if (!found) return undefined
    const { user, ...session } = found
    return { user, session, teams: await store.memberships(user.id) }
  }

/** Where attempts on accounts that do not exist are recorded: as much work as for one that does, in no team's trail. */
const nobodysTeam = ''

/**
 * Puts an attempt to sign in on record, in each team of the account. One on an unknown account takes the same time, so
 * that the time does not tell whether it exists.
 */
export const recordSignIn = async (
  { store }: { store: Pick<Store, 'personByEmail' | 'record'> },
  email: string,
  stamp: Omit<Stamp, 'by' | 'key'>,
  { succeeded, detail }: { succeeded: boolean; detail?: string },
): Promise<void> => {
  const person = await store.personByEmail(email.toLowerCase())
  const by = person && succeeded ? { id: person.id, name: person.name } : null
  for (const teamId of person?.teams ?? [nobodysTeam]) {
    await store.record(
      teamId,
      { ...stamp, by },
      {
        action: succeeded ? 'session.start' : 'session.refused',
        ...(person && !succeeded ? { name: person.name } : {}),
        ...(detail === undefined ? {} : { detail }),
      },
    )
  }
}
