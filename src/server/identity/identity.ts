import type { Store } from '#server/store/open-store.ts'
import type { KeyWithOwner } from '#server/store/people/api-key-store.ts'
import type { AuditContext } from '#server/store/trail/audit-event.ts'
import type { Account, PasswordChange, SignIn, TwoFactorSetup } from '#shared/people/account.ts'
import type { Membership, User } from '#shared/people/session.ts'
import type { NewPasskey, PasskeyCreation, PasskeyProof, PasskeyRequest } from '#shared/people/webauthn.ts'

/** The person that a request comes from, with their session or API key. */
export type Principal = {
  user: User
  /** The person's teams; with a key, only the key's team. */
  teams: readonly Membership[]
  /** `confirmedAt` is when the person last entered their password, in milliseconds since 1970. */
  session?: { id: string; confirmedAt: number }
  key?: PrincipalKey
}

/** A key with its limits; null for none. `expiresAt` is in milliseconds since 1970. */
export type PrincipalKey = Pick<
  KeyWithOwner,
  'id' | 'name' | 'access' | 'projectId' | 'clusterId' | 'expiresAt' | 'isOfClosedProject'
>

/** A new session; `headers` set its cookie. */
export type SignedIn = { user: User; headers: Headers }

/** Accounts and sessions. Memberships are in the store. */
export type Identity = {
  /** Returns the valid session of a request, and its person. */
  session(request: Request): Promise<{ user: User; id: string; confirmedAt: number } | undefined>
  /** Hashes a password for the store. Slow on purpose. */
  hashPassword(password: string): Promise<string>
  /**
   * Starts a session from the network address `from`. Returns `undefined` when email and password do not match, and
   * checks a code only when they do.
   */
  signIn(given: SignIn, request: Request, from: string): Promise<SignedIn | 'codeWanted' | 'codeWrong' | undefined>
  /** Ends the request's session on the server; the headers clear its cookie. */
  signOut(request: Request): Promise<Headers>

  // The functions below need a request with a session. They concern its person and its session.

  /** Stores that the person confirmed their password now. Returns `false` when it is wrong. */
  confirm(password: string, request: Request): Promise<boolean>
  /** Returns what the account page shows. */
  account(request: Request): Promise<Account>
  /** Changes the password, ends all sessions and starts a new one. Returns `undefined` when the current one is wrong. */
  changePassword(change: PasswordChange, request: Request, from: string): Promise<Headers | undefined>
  /** Ends one of the person's sessions. Returns `false` when there is no such session. */
  endSession(id: string, request: Request): Promise<boolean>
  twoFactor: {
    /**
     * Makes a new seed, which takes effect after `turnOn`. Returns `undefined` when the password is wrong.
     * Throws `CONFLICT` when two-factor sign-in is already on.
     */
    begin(password: string, request: Request): Promise<TwoFactorSetup | undefined>
    /** Turns two-factor sign-in on. Returns `undefined` when the code is wrong, else the headers of a new cookie. */
    turnOn(code: string, request: Request): Promise<Headers | undefined>
    /** Deletes the seed. Returns `undefined` when the password is wrong, else the headers of a new cookie. */
    turnOff(password: string, request: Request): Promise<Headers | undefined>
  }
  passkeys: {
    /** Makes a challenge for a new passkey. The headers bind it to the browser. */
    beginAdding(request: Request): Promise<{ options: PasskeyCreation; headers: Headers }>
    /** Stores a new passkey. Returns `false` when it does not match the challenge. */
    add(passkey: NewPasskey, request: Request): Promise<boolean>
    /** Returns `false` when the person has no such passkey. */
    delete(id: string, request: Request): Promise<boolean>
    /** Makes a challenge for signing in. */
    beginSignIn(request: Request): Promise<{ options: PasskeyRequest; headers: Headers }>
    /** Starts a session of the passkey's owner. Returns `undefined` for an unknown passkey or a failed challenge. */
    signIn(proof: PasskeyProof, request: Request, from: string): Promise<SignedIn | undefined>
  }
}

/** Returns a function that authenticates a request by its session. */
export const authenticateBySession =
  (identity: Pick<Identity, 'session'>, store: Pick<Store, 'memberships'>) =>
  async (request: Request): Promise<Principal | undefined> => {
    const found = await identity.session(request)
    if (!found) return undefined
    const { user, ...session } = found
    return { user, session, teams: await store.memberships(user.id) }
  }

/** The team of attempts on unknown accounts: recording them takes as long as for known accounts. */
const unknownTeam = ''

/**
 * Records an attempt to sign in, in each team of the account. An unknown account takes the same time, so that the time
 * does not reveal whether it exists.
 */
export const recordSignIn = async (
  { store }: { store: Pick<Store, 'personByEmail' | 'record'> },
  email: string,
  context: Omit<AuditContext, 'by' | 'key'>,
  { succeeded, detail }: { succeeded: boolean; detail?: string },
): Promise<void> => {
  const person = await store.personByEmail(email.toLowerCase())
  const by = person && succeeded ? { id: person.id, name: person.name } : null
  for (const teamId of person?.teams ?? [unknownTeam]) {
    await store.record(
      teamId,
      { ...context, by },
      {
        action: succeeded ? 'session.start' : 'session.refused',
        ...(person && !succeeded ? { name: person.name } : {}),
        ...(detail === undefined ? {} : { detail }),
      },
    )
  }
}
