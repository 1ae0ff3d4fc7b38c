import type { Identity } from '#server/identity/identity.ts'
import type { Membership, User } from '#shared/people/session.ts'

/** The header with the id of the person who sends a request, instead of a session cookie. */
export const personHeader = 'test-person'

/** The header with how many milliseconds ago the person confirmed their password; 0 by default. */
export const confirmedHeader = 'test-confirmed-ago'

/** The header of a session with a password only. */
export const passwordOnlyHeader = 'test-password-only'

/** Creates an identity port without accounts: a header names the person. */
export const identityByHeader = (
  people: ReadonlyMap<string, User>,
  teamsOf: (userId: string) => Promise<Membership[]>,
  now: () => number,
): Identity => ({
  session: async ({ headers }) => {
    const user = people.get(headers.get(personHeader) ?? '')
    if (!user) return undefined
    const at = now()
    const confirmedAt = at - Number(headers.get(confirmedHeader) ?? 0)
    const teams = await teamsOf(user.id)
    const secondFactor = !headers.has(passwordOnlyHeader)
    return {
      user,
      teams,
      id: `session of ${user.id}`,
      confirmedAt,
      startedAt: at,
      usedAt: at,
      secondFactor,
      longestPause: 0,
      cookies: [],
    }
  },
  hashPassword: async () => 'no hash',
  signIn: async () => undefined,
  signOut: async () => new Headers(),
  proofTicket: async () => 'no ticket',
  claimProof: async () => undefined,
  confirm: async () => 'passwordWrong',
  account: async ({ headers }) => {
    const user = people.get(headers.get(personHeader) ?? '')
    if (!user) throw new Error('Nobody asks for an account.')
    return { user, twoFactor: false, passkeys: [], passkeyHost: null, sessions: [] }
  },
  changePassword: async () => undefined,
  endSession: async () => false,
  twoFactor: {
    begin: async () => undefined,
    turnOn: async () => undefined,
    renewCodes: async () => undefined,
    turnOff: async () => undefined,
  },
  passkeys: {
    beginAdding: async () => ({ options: { challenge: '', rp: { id: 'localhost' } }, headers: new Headers() }),
    add: async () => false,
    delete: async () => false,
    beginSignIn: async () => ({ options: { challenge: '', rpId: 'localhost' }, headers: new Headers() }),
    signIn: async () => undefined,
  },
})
