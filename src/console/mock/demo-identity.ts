import type { Identity } from '#server/identity/identity.ts'
import { Failure } from '#shared/failure.ts'
import type { AccountSession } from '#shared/people/account.ts'
import type { Membership, User } from '#shared/people/session.ts'

/** The person signed in on the mock. */
export const demoUser: User = { id: 'usdemoowner1', name: 'Ada Lovelace', email: 'ada@example.com' }

const minute = 60_000
/** The mock does not check it. */
const proof = 'the proof of the mock'

/** Two sessions, so that one can be ended. */
const demoSessions = (): AccountSession[] => [
  { id: 'this', current: true, dtCreated: new Date().toISOString(), from: '192.0.2.1', agent: navigator.userAgent },
  {
    id: 'other',
    current: false,
    dtCreated: new Date(Date.now() - 90 * minute).toISOString(),
    from: '192.0.2.7',
    agent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0',
  },
]

/**
 * Returns an identity without accounts: one person who is already signed in, and who can sign in with any password or
 * code. Mocked requests carry no cookie. The protection of real accounts exists on the server only.
 */
export const demoIdentity = (
  nameOf: (userId: string) => Promise<string>,
  teamsOf: (userId: string) => Promise<Membership[]>,
): Identity => {
  const startedAt = Date.now()
  let signedIn = true
  let confirmedAt = Date.now()
  let twoFactor = false
  let sessions = demoSessions()
  const user = async () => ({ ...demoUser, name: await nameOf(demoUser.id) })
  return {
    session: async () => {
      if (!signedIn) return undefined
      const teams = await teamsOf(demoUser.id)
      return {
        user: await user(),
        teams,
        id: 'this',
        confirmedAt,
        startedAt,
        usedAt: Date.now(),
        secondFactor: true,
        longestPause: 0,
        cookies: [],
      }
    },
    hashPassword: async () => 'the mock checks no password',
    signIn: async ({ code }) => {
      if (twoFactor && code === undefined) return 'codeWanted'
      signedIn = true
      confirmedAt = Date.now()
      return { user: await user(), headers: new Headers(), proof }
    },
    signOut: async () => {
      signedIn = false
      return new Headers()
    },
    proofTicket: async () => proof,
    claimProof: async () => ({ user: await user(), proof }),
    confirm: async () => {
      confirmedAt = Date.now()
      return 'confirmed'
    },
    account: async () => ({ user: await user(), twoFactor, passkeys: [], passkeyHost: null, sessions }),
    changePassword: async () => {
      sessions = sessions.filter(({ current }) => current)
      return new Headers()
    },
    endSession: async (id) => {
      const found = sessions.some((session) => session.id === id)
      sessions = sessions.filter((session) => session.id !== id)
      return found
    },
    twoFactor: {
      begin: async () => {
        const seed = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
        const uri = `otpauth://totp/Gradient%20Secrets:${demoUser.email}?secret=${seed}&issuer=Gradient%20Secrets`
        return { uri, seed, recoveryCodes: ['demo1-demo1', 'demo2-demo2', 'demo3-demo3'] }
      },
      turnOn: async () => {
        twoFactor = true
        return new Headers()
      },
      renewCodes: async () => (twoFactor ? ['demo4-demo4', 'demo5-demo5', 'demo6-demo6'] : undefined),
      turnOff: async () => {
        twoFactor = false
        return new Headers()
      },
    },
    passkeys: {
      beginAdding: async () => {
        throw noPasskeys()
      },
      add: async () => false,
      delete: async () => false,
      beginSignIn: async () => {
        throw noPasskeys()
      },
      signIn: async () => undefined,
    },
  }
}

const noPasskeys = () => new Failure('BAD_REQUEST', 'The mock has no passkeys. Run the server to use one.')
