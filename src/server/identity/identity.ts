import type { Store } from '#server/store/open-store.ts'
import type { KeyWithOwner } from '#server/store/people/api-key-store.ts'
import type { AuditContext } from '#server/store/trail/audit-event.ts'
import type { Account, SignIn, TwoFactorSetup } from '#shared/people/account.ts'
import type { JoinRule, OpenidCallback, OpenidProblem, OpenidPurpose } from '#shared/people/openid.ts'
import type { Confirmation, Membership, PasswordChange, User } from '#shared/people/session.ts'
import type { NewPasskey, PasskeyCreation, PasskeyProof, PasskeyRequest } from '#shared/people/webauthn.ts'

/** The person that a request comes from, with their session or API key. */
export type Principal = {
  /** With a key of the team, the team itself, under its ID and name: nobody else is behind such a request. */
  user: User
  /** The person's teams; with a key, only the key's team. */
  teams: readonly Membership[]
  session?: PrincipalSession
  key?: PrincipalKey
}

/** A session. Times are in milliseconds since 1970. */
export type PrincipalSession = {
  id: string
  /** When the person last confirmed that it is them. */
  confirmedAt: number
  /** When the person signed in. */
  startedAt: number
  /** When the session was last used before this request, to within a minute. */
  usedAt: number
  /** Whether the person proved themselves by more than a password. */
  secondFactor: boolean
  /** The longest time without use since the sign-in, in milliseconds. */
  longestPause: number
  /** `Set-Cookie` headers that keep the cookie for longer. */
  cookies: readonly string[]
}

/** A key with its limits; null for none. `expiresAt` is in milliseconds since 1970. */
export type PrincipalKey = Pick<
  KeyWithOwner,
  'id' | 'name' | 'access' | 'projectId' | 'clusterId' | 'expiresAt' | 'isOfClosedProject' | 'ofTeam' | 'addresses'
>

/** A new session. `headers` set its cookie, and every request sends `proof` as the header `gradient-proof`. */
export type SignedIn = { user: User; headers: Headers; proof: string }

/** The session of a request, with its person and their teams. */
export type FoundSession = PrincipalSession & { user: User; teams: readonly Membership[] }

/** What somebody goes to the identity provider for. `invite` is the hash of an invite's token. */
export type OpenidErrand = {
  purpose: OpenidPurpose
  invite?: string | undefined
  userId?: string | undefined
  sessionId?: string | undefined
}

/** A person whom the identity provider has vouched for, and what they came for. */
export type OpenidReturn = OpenidErrand & {
  /** Names the issuer. With `subject`, it is the identity. */
  providerId: string
  subject: string
  name: string
  /** `null` when the provider tells none, or says that it is not verified. */
  email: string | null
  /** The rules for new people that the claims match. */
  joins: JoinRule[]
  /** Whether the provider says that a second factor was used. */
  secondFactor: boolean
  /** When the person last gave their credentials, in milliseconds since 1970; 0 when unknown. */
  signedInAt: number
}

/** Why a confirmation is refused. Who has a second factor gives it too. */
export type ConfirmationFlaw = 'passwordWrong' | 'codeWrong' | 'codeWanted' | 'passkeyWrong' | 'passkeyWanted'

/** Accounts and sessions. Memberships are in the store. */
export type Identity = {
  /**
   * Returns the valid session of a request that sends its proof too. Notes its use, and renews its cookie, unless
   * `isPassive`: for checks while a stream is open, which must not keep an unattended session alive.
   */
  session(request: Request, options?: { isPassive?: boolean | undefined }): Promise<FoundSession | undefined>
  /** Hashes a password for the store. Slow on purpose. */
  hashPassword(password: string): Promise<string>
  /**
   * Starts a session from the network address `from`. Returns `undefined` when email and password do not match, and
   * checks a code only when they do. `isKnown` is whether the device signed in to the account before: it does not wait
   * behind strangers.
   */
  signIn(
    given: SignIn,
    request: Request,
    from: string,
    isKnown?: boolean,
  ): Promise<SignedIn | 'codeWanted' | 'codeWrong' | undefined>
  /** Ends the request's session on the server, if the request sends its proof. The headers clear its cookie. */
  signOut(request: Request): Promise<Headers>
  /**
   * Makes the one-time ticket of a new session whose cookie `headers` set. For sign-ins that end with a redirect, which
   * has no body for the proof.
   */
  proofTicket(headers: Headers): Promise<string>
  /** Trades a ticket for the proof, once. Returns `undefined` unless it is the ticket of the request's session. */
  claimProof(ticket: string, request: Request): Promise<{ user: User; proof: string } | undefined>

  // The functions below need a request with a session. They concern its person and its session.

  /** Stores that the person confirmed now that it is them. Returns what was wrong, or what is wanted besides. */
  confirm(given: Confirmation, request: Request): Promise<'confirmed' | ConfirmationFlaw>
  /** Returns what the account page shows. */
  account(request: Request): Promise<Omit<Account, 'hasPassword' | 'openid'>>
  /** Changes the password, ends all sessions and starts a new one. Returns `undefined` when the current one is wrong. */
  changePassword(
    change: Pick<PasswordChange, 'current' | 'next'>,
    request: Request,
    from: string,
  ): Promise<Headers | undefined>
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
    /** Replaces the recovery codes. Returns `undefined` when two-factor sign-in is off, or the password is wrong. */
    renewCodes(password: string, request: Request): Promise<readonly string[] | undefined>
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
  /** Signing in with an OpenID identity provider. Not set without one. */
  openid?: {
    /** What people call the provider. */
    name: string
    /** The provider in stored identities: it names the issuer. */
    providerId: string
    /** Returns the provider's address for an errand. The headers bind it to the browser. Throws `UNAVAILABLE`. */
    begin(errand: OpenidErrand, request: Request): Promise<{ url: string; headers: Headers }>
    /** Checks the provider's answer, and makes a one-time ticket for the same browser. */
    finish(
      answer: OpenidCallback,
      request: Request,
    ): Promise<{ purpose?: OpenidPurpose; ticket: string } | { purpose?: OpenidPurpose; problem: OpenidProblem }>
    /** Uses a ticket up. Returns `undefined` when it expired, was used, or belongs to another browser or purpose. */
    redeem(ticket: string, purpose: OpenidPurpose, request: Request): Promise<OpenidReturn | undefined>
    /** Starts a session of a person whom the provider vouched for. */
    startSession(
      user: User,
      about: Pick<OpenidReturn, 'secondFactor' | 'signedInAt'>,
      request: Request,
      from: string,
    ): Promise<SignedIn>
    /** Stores that the person of the request's session confirmed that it is them, now. */
    confirm(request: Request): Promise<void>
  }
}

/** Returns a function that authenticates a request by its session. */
export const authenticateBySession =
  (identity: Pick<Identity, 'session'>) =>
  async (request: Request, options?: { isPassive?: boolean | undefined }): Promise<Principal | undefined> => {
    const found = await identity.session(request, options)
    return found && { user: found.user, teams: found.teams, session: found }
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
