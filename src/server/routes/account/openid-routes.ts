import { newId } from '#server/crypto/make-id.ts'
import type { Deps } from '#server/deps.ts'
import { auditContext, requestOrigin } from '#server/http/audit-context.ts'
import { redirect, reply, replyNothing } from '#server/http/reply.ts'
import { type Routes, serveUnder } from '#server/http/route.ts'
import type { OpenidReturn } from '#server/identity/identity.ts'
import { recordSignIn } from '#server/identity/identity.ts'
import { admitToken, tooManyAttempts } from '#server/services/throttle.ts'
import { tokenBuckets } from '#server/services/token-buckets.ts'
import type { NewUser } from '#server/store/people/create-account.ts'
import { Failure } from '#shared/failure.ts'
import { addressBlock } from '#shared/network/ip-address.ts'
import { openidAddress, openidCallback, openidSignIn, openidTicket, signInWays } from '#shared/people/openid.ts'
import { startedSession, type User } from '#shared/people/session.ts'
import { cookiesOfSignIn, mayUsePassword, sessionAnswer } from './sign-in-common.ts'

/** Addresses of the provider for one person or block of addresses: each is a row until it expires. */
const addressRate = { rate: 1, burst: 100 }

/** Adds the routes of signing in with an OpenID identity provider, and of connecting an account with one. */
export const openidRoutes = (routes: Routes, deps: Deps): void => {
  const serve = serveUnder(routes, 'Session')
  const serveAccount = serveUnder(routes, 'Account')
  const { store, identity, sha256, now } = deps
  const addresses = tokenBuckets(addressRate, now)

  /** Throws `TOO_MANY_REQUESTS` when one person or block of addresses asks too often. */
  const admitAddress = (key: string) => {
    const wait = addresses.take(key)
    if (wait > 0) throw tooManyAttempts(wait)
  }

  /** Returns the identity provider. Throws `NOT_FOUND` without one. */
  const provider = () => {
    if (!identity.openid) throw new Failure('NOT_FOUND', 'This server has no identity provider.')
    return identity.openid
  }

  serve(
    {
      method: 'get',
      path: '/v1/session/ways',
      summary: 'Get how people sign in here',
      needs: 'nobody',
      answers: { 200: { schema: signInWays, description: 'Who may use a password, and the identity provider.' } },
      fails: [],
    },
    async (c) => {
      const { openid } = identity
      return reply(c, { password: deps.passwordSignIn ?? 'on', openid: openid ? { name: openid.name } : null })
    },
  )

  serve(
    {
      method: 'post',
      path: '/v1/session/openid/address',
      summary: 'Get the address of the identity provider, to sign in there; with an invite, to accept it',
      needs: 'nobody',
      body: openidSignIn,
      answers: { 200: { schema: openidAddress, description: 'Open it in the browser that asked, within 10 minutes.' } },
      fails: ['BAD_REQUEST', 'NOT_FOUND', 'TOO_MANY_REQUESTS', 'UNAVAILABLE'],
    },
    async (c, { body: { invite } }) => {
      const openid = provider()
      admitAddress(addressBlock(deps.clientAddress(c.env)))
      const digest = invite === undefined ? undefined : await sha256(invite)
      if (digest !== undefined) await store.invitation(digest, now())
      const { url, headers } = await openid.begin({ purpose: 'signIn', invite: digest }, c.req.raw)
      return reply(c, { url }, { cookies: headers.getSetCookie() })
    },
  )

  serve(
    {
      method: 'get',
      path: '/v1/session/openid/callback',
      summary: 'Come back from the identity provider',
      needs: 'nobody',
      query: openidCallback,
      answers: { 303: { description: 'To `/login`, with a one-time ticket or a problem in the fragment.' } },
      fails: ['BAD_REQUEST', 'NOT_FOUND'],
    },
    async (c, { query }) => {
      const { purpose, ...outcome } = await provider().finish(query, c.req.raw)
      return redirect(c, `/login#${new URLSearchParams({ ...outcome, ...(purpose ? { for: purpose } : {}) })}`)
    },
  )

  serve(
    {
      method: 'post',
      path: '/v1/session/openid',
      summary: 'Sign in with the ticket of the callback',
      needs: 'nobody',
      body: openidTicket,
      answers: { 200: { schema: startedSession, description: 'The session’s cookie is set.' } },
      fails: ['BAD_REQUEST', 'UNAUTHORIZED', 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT', 'TOO_MANY_REQUESTS'],
    },
    async (c, { body: { ticket } }) => {
      const openid = provider()
      const address = deps.clientAddress(c.env)
      const succeed = await admitToken(deps, { what: 'openid', address })
      const person = await openid.redeem(ticket, 'signIn', c.req.raw)
      if (!person) throw ticketUsed()
      await succeed()
      const { user, teamId } = await enter(openid.name, person, requestOrigin(c, deps))
      const signedIn = await openid.startSession(user, person, c.req.raw, address)
      await recordSignIn(deps, user.email, requestOrigin(c, deps), { succeeded: true, detail: `with ${openid.name}` })
      const answer = await sessionAnswer(deps, signedIn)
      const team = teamId === undefined ? answer.team : (answer.teams.find(({ id }) => id === teamId) ?? answer.team)
      return reply(c, { ...answer, team }, { cookies: await cookiesOfSignIn(c, deps, signedIn) })
    },
  )

  /** Returns the account of an identity, which is new with an invite or by a rule. Accepts the invite. */
  const enter = async (
    name: string,
    person: OpenidReturn,
    context: ReturnType<typeof requestOrigin>,
  ): Promise<{ user: User; teamId?: string }> => {
    const { providerId, subject, invite } = person
    const known = await store.openidOwner({ providerId, subject })
    if (known) {
      if (invite === undefined) return { user: known }
      return { user: known, ...(await store.acceptInvite(invite, { id: known.id, name: known.name }, context)) }
    }
    if (invite === undefined && person.joins.length === 0) throw askForInvite(name)
    if (person.email === null) throw noEmail(name)
    const user = { id: newId('us'), name: person.name, email: person.email }
    const who: NewUser = { ...user, openid: { providerId, subject } }
    if (invite !== undefined) return { user, ...(await store.acceptInvite(invite, who, context)) }
    if (!(await store.joinByRules(who, person.joins, context))) throw askForInvite(name)
    return { user }
  }

  serveAccount(
    {
      method: 'post',
      path: '/v1/account/openid/address',
      summary: 'Get the address of the identity provider, to connect one’s account there',
      needs: 'person',
      confirm: true,
      answers: { 200: { schema: openidAddress, description: 'Open it in the browser that asked, within 10 minutes.' } },
      fails: ['UNAUTHORIZED', 'FORBIDDEN', 'NOT_FOUND', 'TOO_MANY_REQUESTS', 'UNAVAILABLE'],
    },
    async (c) => {
      const { user, session } = c.get('principal')
      admitAddress(user.id)
      const errand = { purpose: 'connect', userId: user.id, sessionId: session?.id } as const
      const { url, headers } = await provider().begin(errand, c.req.raw)
      return reply(c, { url }, { cookies: headers.getSetCookie() })
    },
  )

  serveAccount(
    {
      method: 'post',
      path: '/v1/account/openid',
      summary: 'Connect one’s account with the identity of a ticket of the callback',
      needs: 'person',
      confirm: true,
      body: openidTicket,
      answers: { 204: { description: 'The identity signs in from now on.' } },
      fails: ['BAD_REQUEST', 'UNAUTHORIZED', 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT'],
    },
    async (c, { body: { ticket } }) => {
      const { user, session } = c.get('principal')
      const person = await provider().redeem(ticket, 'connect', c.req.raw)
      if (!person || person.userId !== user.id || person.sessionId !== session?.id) throw ticketUsed()
      const { providerId, subject } = person
      await store.connectOpenid(user.id, { providerId, subject }, auditContext(c, deps))
      return replyNothing(c, [])
    },
  )

  serveAccount(
    {
      method: 'delete',
      path: '/v1/account/openid',
      summary: 'Disconnect one’s account from the identity provider, and end all other sessions',
      needs: 'person',
      confirm: true,
      answers: { 204: { description: 'The identity does not sign in any more.' } },
      fails: ['UNAUTHORIZED', 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT'],
    },
    async (c) => {
      const { user, session, teams } = c.get('principal')
      const how = {
        providerId: provider().providerId,
        passwordCounts: mayUsePassword(deps.passwordSignIn, teams),
        sessionId: session?.id ?? '',
      }
      await store.disconnectOpenid(user.id, how, auditContext(c, deps))
      return replyNothing(c, [])
    },
  )

  serve(
    {
      method: 'post',
      path: '/v1/session/confirmation/openid/address',
      summary: 'Get the address of the identity provider, to confirm there that it is oneself',
      needs: 'person',
      answers: { 200: { schema: openidAddress, description: 'Open it in the browser that asked, within 10 minutes.' } },
      fails: ['UNAUTHORIZED', 'NOT_FOUND', 'TOO_MANY_REQUESTS', 'UNAVAILABLE'],
    },
    async (c) => {
      const { user, session } = c.get('principal')
      admitAddress(user.id)
      const errand = { purpose: 'confirm', userId: user.id, sessionId: session?.id } as const
      const { url, headers } = await provider().begin(errand, c.req.raw)
      return reply(c, { url }, { cookies: headers.getSetCookie() })
    },
  )

  serve(
    {
      method: 'post',
      path: '/v1/session/confirmation/openid',
      summary: 'Confirm with a ticket of the callback that it is oneself',
      needs: 'person',
      body: openidTicket,
      answers: { 204: { description: 'Dangerous actions are allowed for some minutes.' } },
      fails: ['BAD_REQUEST', 'UNAUTHORIZED', 'FORBIDDEN', 'NOT_FOUND'],
    },
    async (c, { body: { ticket } }) => {
      const openid = provider()
      const { user, session } = c.get('principal')
      const person = await openid.redeem(ticket, 'confirm', c.req.raw)
      if (!person || person.userId !== user.id || person.sessionId !== session?.id) throw ticketUsed()
      const { providerId, subject } = person
      const owner = await store.openidOwner({ providerId, subject })
      if (owner?.id !== user.id) {
        throw new Failure('FORBIDDEN', `You confirmed as somebody else. Sign in to ${openid.name} as yourself.`)
      }
      const { twoFactor, passkeys } = await identity.account(c.req.raw)
      if ((twoFactor || passkeys.length > 0) && !person.secondFactor) throw secondFactorMissing(openid.name)
      await openid.confirm(c.req.raw)
      return replyNothing(c, [])
    },
  )
}

const ticketUsed = () =>
  new Failure('UNAUTHORIZED', 'This sign-in was used already, took too long, or is of another browser. Start again.')

/** Anyone who has a second factor here gives it for a confirmation. */
const secondFactorMissing = (name: string) =>
  new Failure('FORBIDDEN', `${name} did not ask for a second factor. Confirm with the one that you have here.`)

const askForInvite = (name: string) =>
  new Failure(
    'FORBIDDEN',
    `${name} knows you, but you have no account here yet. Ask a member of a team for an invite, and open its link. If you ` +
      'have an account, sign in to it as before and connect it on its account page.',
  )

const noEmail = (name: string) =>
  new Failure(
    'FORBIDDEN',
    `${name} did not tell a verified email address of you, which an account needs. Ask who runs this server.`,
  )
