import { isIP } from 'node:net'
import type { Identity } from '#server/identity/identity.ts'
import type { Passkey } from '#shared/people/account.ts'
import type { User } from '#shared/people/session.ts'
import type { PasskeyProof } from '#shared/people/webauthn.ts'
import { headersWithAddress, undefinedIfRefused } from './better-auth-setup.ts'
import type { PasskeyAuth } from './passkey-plugin.ts'
import type { Sessions } from './sessions.ts'

/**
 * Creates the passkey part of the identity port. `load` loads better-auth with passkeys; `hostname` is the relying
 * party.
 */
export const passkeyIdentity = (load: () => Promise<PasskeyAuth>, sessions: Sessions, hostname: string) => {
  const port: Identity['passkeys'] = {
    beginAdding: async ({ headers }) => {
      const auth = await load()
      await deleteExpiredChallenges(auth)
      const { headers: set, response } = await auth.api.generatePasskeyRegistrationOptions({
        headers,
        returnHeaders: true,
      })
      return { options: { ...response, rp: { ...response.rp, id: hostname } }, headers: set }
    },
    add: async ({ name, credential }, request) => {
      const { headers } = request
      const auth = await load()
      const body = { name, response: credential }
      const added = await undefinedIfRefused(auth.api.verifyPasskeyRegistration({ body, headers }))
      if (added) await sessions.noteAddedPasskey(request)
      return added !== undefined
    },
    delete: async (id, request) => {
      const { headers } = request
      const auth = await load()
      const own = await auth.api.listPasskeys({ headers })
      if (!own.some((passkey) => passkey.id === id)) return false
      // First, so that no failure in between leaves a session with the factor of a deleted passkey.
      await sessions.forgetPasskey(request, { hasOthers: own.length > 1 })
      await auth.api.deletePasskey({ body: { id }, headers })
      return true
    },
    beginSignIn: async (request) => {
      const auth = await load()
      await deleteExpiredChallenges(auth)
      // Without the cookie: the answer must not depend on who is signed in, and must not list their passkeys.
      const headers = new Headers(request.headers)
      headers.delete('cookie')
      const { headers: set, response } = await auth.api.generatePasskeyAuthenticationOptions({
        headers,
        returnHeaders: true,
      })
      return { options: { ...response, rpId: hostname, userVerification: 'required' }, headers: set }
    },
    signIn: async ({ credential }, request, from) => {
      const auth = await load()
      const done = await undefinedIfRefused(
        auth.api.verifyPasskeyAuthentication({
          body: { response: credential },
          headers: headersWithAddress(request, from),
          returnHeaders: true,
        }),
      )
      if (!done) return undefined
      const { id, name, email }: User = done.response.user
      await sessions.noteNewPasskeySession(done.headers)
      return { user: { id, name, email }, headers: done.headers, ...(await sessions.prove(done.headers)) }
    },
  }
  return {
    port,
    /** Returns whose passkey has signed the challenge of this browser; `undefined` for none. */
    ownerOf: async (credential: PasskeyProof['credential'], { headers }: Request): Promise<string | undefined> => {
      const auth = await load()
      const done = await undefinedIfRefused(
        auth.api.verifyPasskeyAuthentication({ body: { response: credential }, headers }),
      )
      if (!done) return undefined
      // better-auth starts a session, which nobody gets.
      const { internalAdapter } = await auth.$context
      await internalAdapter.deleteSession(done.session.token)
      return done.user.id
    },
    /** The host that passkeys work on; `null` for an IP address, where they do not work. */
    host: isIP(hostname.replace(/^\[|\]$/g, '')) ? null : hostname,
    list: async (headers: Headers): Promise<Passkey[]> =>
      (await (await load()).api.listPasskeys({ headers })).map(({ id, name, createdAt }) => ({
        id,
        name: name ?? 'Passkey',
        dtCreated: new Date(createdAt).toISOString(),
      })),
  }
}

/** Deletes expired challenges. Anybody may ask for one, and most are never answered, so they would pile up. */
const deleteExpiredChallenges = async (auth: PasskeyAuth): Promise<void> => {
  const { adapter } = await auth.$context
  const where = [{ field: 'expiresAt', operator: 'lt' as const, value: new Date() }]
  await adapter.deleteMany({ model: 'verification', where })
}
