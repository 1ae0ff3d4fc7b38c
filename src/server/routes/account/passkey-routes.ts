import type { Deps } from '#server/deps.ts'
import { recordForPerson, requestOrigin } from '#server/http/audit-context.ts'
import { reply, replyNothing } from '#server/http/reply.ts'
import { byId, type Routes, serveUnder } from '#server/http/route.ts'
import { recordSignIn } from '#server/identity/identity.ts'
import { tooManyAttempts } from '#server/services/throttle.ts'
import { tokenBuckets } from '#server/services/token-buckets.ts'
import { Failure } from '#shared/failure.ts'
import { addressBlock } from '#shared/network/ip-address.ts'
import { startedSession } from '#shared/people/session.ts'
import { newPasskey, passkeyCreation, passkeyProof, passkeyRequest } from '#shared/people/webauthn.ts'
import { cookiesOfSignIn, sessionAnswer } from './sign-in-common.ts'

/** Challenges for one person or block of addresses: each is a row until it expires. */
const challengeRate = { rate: 1, burst: 100 }

/** Adds the routes of passkeys: adding, deleting and signing in. */
export const passkeyRoutes = (routes: Routes, deps: Deps): void => {
  const serve = serveUnder(routes, 'Account')
  const serveSession = serveUnder(routes, 'Session')
  const { identity } = deps
  const challenges = tokenBuckets(challengeRate, deps.now)
  const admitChallenge = (key: string) => {
    const wait = challenges.take(key)
    if (wait > 0) throw tooManyAttempts(wait)
  }

  serve(
    {
      method: 'post',
      path: '/v1/account/passkey-challenge',
      summary: 'Get the challenge for a new passkey',
      needs: 'person',
      confirm: true,
      answers: { 200: { schema: passkeyCreation, description: 'For `navigator.credentials.create`.' } },
      fails: ['UNAUTHORIZED', 'FORBIDDEN', 'TOO_MANY_REQUESTS'],
    },
    async (c) => {
      admitChallenge(c.get('principal').user.id)
      const { options, headers } = await identity.passkeys.beginAdding(c.req.raw)
      return reply(c, options, { cookies: headers.getSetCookie() })
    },
  )

  serve(
    {
      method: 'post',
      path: '/v1/account/passkeys',
      summary: 'Add a passkey',
      needs: 'person',
      confirm: true,
      body: newPasskey,
      answers: { 204: { description: 'The passkey signs in from now on.' } },
      fails: ['BAD_REQUEST', 'UNAUTHORIZED', 'FORBIDDEN'],
    },
    async (c, { body }) => {
      if (!(await identity.passkeys.add(body, c.req.raw))) {
        throw new Failure('BAD_REQUEST', 'The passkey does not answer the challenge. Add it again.')
      }
      await recordForPerson(c, deps, { action: 'account.change', name: body.name, detail: 'passkey added' })
      return replyNothing(c, [])
    },
  )

  serve(
    {
      method: 'delete',
      path: '/v1/account/passkeys/{id}',
      summary: 'Delete a passkey',
      needs: 'person',
      confirm: true,
      params: byId,
      answers: { 204: { description: 'The passkey does not sign in any more.' } },
      fails: ['UNAUTHORIZED', 'FORBIDDEN', 'NOT_FOUND'],
    },
    async (c, { params: { id } }) => {
      if (!(await identity.passkeys.delete(id, c.req.raw))) throw new Failure('NOT_FOUND', 'You have no such passkey.')
      await recordForPerson(c, deps, { action: 'account.change', detail: 'passkey deleted' })
      return replyNothing(c, [])
    },
  )

  serveSession(
    {
      method: 'post',
      path: '/v1/session/passkey-challenge',
      summary: 'Get the challenge for signing in with a passkey',
      needs: 'nobody',
      answers: { 200: { schema: passkeyRequest, description: 'For `navigator.credentials.get`.' } },
      fails: ['TOO_MANY_REQUESTS'],
    },
    async (c) => {
      admitChallenge(addressBlock(deps.clientAddress(c.env)))
      const { options, headers } = await identity.passkeys.beginSignIn(c.req.raw)
      return reply(c, options, { cookies: headers.getSetCookie() })
    },
  )

  serveSession(
    {
      method: 'post',
      path: '/v1/session/passkey',
      summary: 'Sign in with a passkey',
      needs: 'nobody',
      body: passkeyProof,
      answers: { 200: { schema: startedSession, description: 'The session’s cookie is set.' } },
      fails: ['BAD_REQUEST', 'UNAUTHORIZED'],
    },
    async (c, { body }) => {
      const signedIn = await identity.passkeys.signIn(body, c.req.raw, deps.clientAddress(c.env))
      if (!signedIn) throw new Failure('UNAUTHORIZED', 'This passkey does not sign in here. Use your password.')
      await recordSignIn(deps, signedIn.user.email, requestOrigin(c, deps), {
        succeeded: true,
        detail: 'with a passkey',
      })
      return reply(c, await sessionAnswer(deps, signedIn), { cookies: await cookiesOfSignIn(c, deps, signedIn) })
    },
  )
}
