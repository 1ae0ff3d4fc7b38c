import type { Identity } from '#server/identity.ts'
import type { User } from '#shared/session.ts'

/** The person who is signed in on the mock. */
export const demoUser: User = { id: 'usdemoowner1', name: 'Ada Lovelace', email: 'ada@example.com' }

/** Identity without accounts: one person, signed in at once, and again with any password. A mocked request has no cookie. */
export const demoIdentity = (): Identity => {
  let signedIn = true
  return {
    user: async () => (signedIn ? demoUser : undefined),
    hashPassword: async () => 'the mock checks no password',
    signIn: async () => {
      signedIn = true
      return { user: demoUser, headers: new Headers() }
    },
    signOut: async () => {
      signedIn = false
      return new Headers()
    },
  }
}
