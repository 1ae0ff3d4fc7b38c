import { z } from '@hono/zod-openapi'
import { newId } from '#server/crypto/make-id.ts'
import { sameText } from '#server/crypto/same-text.ts'
import type { Deps } from '#server/deps.ts'
import { recordForPerson, requestOrigin } from '#server/http/audit-context.ts'
import { findTeam, missingFactor } from '#server/http/authorize.ts'
import { reply, replyNothing } from '#server/http/reply.ts'
import { type Routes, serveUnder } from '#server/http/route.ts'
import { authenticateBySession, recordSignIn } from '#server/identity/identity.ts'
import { refuseWeakPassword } from '#server/services/refuse-weak-password.ts'
import { admitSignIn, admitToken, takeBackSignIn } from '#server/services/throttle.ts'
import { Failure } from '#shared/failure.ts'
import { signIn, signInAnswer } from '#shared/people/account.ts'
import { namespaceFrom } from '#shared/people/namespace.ts'
import { proofTicket, session, setup, startedSession, toTeam } from '#shared/people/session.ts'
import { cookiesOfSignIn, mayUsePassword, ofInstallation, sessionAnswer, wrongCode } from './sign-in-common.ts'

/** Adds the routes of set-up, signing in and out, and the current session. */
export const sessionRoutes = (routes: Routes, deps: Deps): void => {
  const serve = serveUnder(routes, 'Session')
  const { store, vault, identity } = deps

  /** Returns the failure of a wrong password, or of one that may not be used: the answer tells nobody which. */
  const refusedPassword = () => {
    if ((deps.passwordSignIn ?? 'on') === 'on' || !identity.openid) {
      return new Failure('UNAUTHORIZED', 'Email and password do not match. Check both.')
    }
    const { name } = identity.openid
    const who = deps.passwordSignIn === 'owners' ? 'Only owners of a team sign in with a password here.' : ''
    return new Failure('UNAUTHORIZED', `Email and password do not match. ${who} Use ${name}.`)
  }

  /** Signs in with a password, where the setting allows it. A refusal takes as long as a wrong password. */
  const passwordSignIn: typeof identity.signIn = async (given, request, from, isKnown) => {
    if ((deps.passwordSignIn ?? 'on') !== 'on') {
      const person = await store.personByEmail(given.email.toLowerCase())
      const teams = person ? await store.memberships(person.id) : []
      if (!mayUsePassword(deps.passwordSignIn, teams)) {
        await identity.hashPassword(given.password)
        return undefined
      }
    }
    return identity.signIn(given, request, from, isKnown)
  }

  serve(
    {
      method: 'get',
      path: '/v1/setup',
      summary: 'Get whether the first account is still to be made',
      needs: 'nobody',
      answers: { 200: { schema: z.object({ open: z.boolean() }), description: 'Whether set-up is open.' } },
      fails: [],
    },
    async (c) => reply(c, { open: !(await store.isSetUp()) }),
  )

  serve(
    {
      method: 'post',
      path: '/v1/setup',
      summary: 'Make the first account and its team, and sign in',
      needs: 'nobody',
      body: setup,
      answers: { 201: { schema: startedSession, description: 'The account is made; the session’s cookie is set.' } },
      fails: ['BAD_REQUEST', 'FORBIDDEN', 'CONFLICT', 'TOO_MANY_REQUESTS'],
    },
    async (c, { body: { token, name, email, password, team } }) => {
      if (await store.isSetUp()) throw alreadySetUp()
      const succeed = await admitToken(deps, { what: 'setup', address: deps.clientAddress(c.env) })
      if (!(await sameText(token, deps.setupToken))) {
        throw new Failure(
          'FORBIDDEN',
          'The set-up token is not right. Use the link that the server printed at its start.',
        )
      }
      await succeed()
      await refuseWeakPassword(password, { email, name, teams: [team] }, ['password'])
      const teamId = newId('te')
      await store.setUp({
        user: {
          id: newId('us'),
          name,
          email: email.toLowerCase(),
          passwordHash: await identity.hashPassword(password),
        },
        team: { id: teamId, name: team, namespace: namespaceFrom(team) },
        dataKey: await vault.newDataKey(teamId, newId('dk')),
        context: requestOrigin(c, deps),
      })
      const signedIn = await identity.signIn({ email, password }, c.req.raw, deps.clientAddress(c.env))
      if (typeof signedIn !== 'object')
        throw new Error('The first account could not sign in right after it had been made.')
      return reply(c, await sessionAnswer(deps, signedIn), {
        status: 201,
        cookies: await cookiesOfSignIn(c, deps, signedIn),
      })
    },
  )

  serve(
    {
      method: 'get',
      path: '/v1/session',
      summary: 'Get who is signed in, and their teams',
      needs: 'known',
      answers: { 200: { schema: session, description: 'The session.' } },
      fails: ['UNAUTHORIZED'],
    },
    async (c) => {
      const principal = c.get('principal')
      const { user, teams } = principal
      const wanted = c.req.header('gradient-team')
      const team = wanted ? await findTeam(deps, teams, wanted) : teams[0]
      const isNeeded = team !== undefined && missingFactor(principal, team) !== undefined
      return reply(c, {
        user,
        team: team ? toTeam(team) : null,
        teams: teams.map(toTeam),
        ...(isNeeded ? { secondFactorNeeded: true as const } : {}),
        ...ofInstallation(deps),
      })
    },
  )

  serve(
    {
      method: 'post',
      path: '/v1/session',
      summary: 'Sign in',
      needs: 'nobody',
      body: signIn,
      answers: {
        200: {
          schema: signInAnswer,
          description: 'The session’s cookie is set; or `secondFactor`: the same again is wanted, with a code.',
        },
      },
      fails: ['BAD_REQUEST', 'UNAUTHORIZED', 'TOO_MANY_REQUESTS'],
    },
    async (c, { body }) => {
      const device = await deps.devices.find(c.req.raw, body.email)
      const attempt = { email: body.email, address: deps.clientAddress(c.env), device }
      const succeed = await admitSignIn(deps, attempt)
      const signedIn = await passwordSignIn(body, c.req.raw, attempt.address, device !== undefined)
      if (signedIn === 'codeWanted') {
        await takeBackSignIn(deps, attempt)
        return reply(c, { secondFactor: true })
      }
      if (signedIn === 'codeWrong') {
        await recordSignIn(deps, body.email, requestOrigin(c, deps), { succeeded: false, detail: 'wrong code' })
        throw wrongCode('UNAUTHORIZED')
      }
      if (!signedIn) {
        await recordSignIn(deps, body.email, requestOrigin(c, deps), { succeeded: false })
        throw refusedPassword()
      }
      await succeed()
      // They know their password: a link for a new one is not needed any more, and would stay open for half an hour.
      await store.forgetReset(signedIn.user.id)
      await recordSignIn(deps, body.email, requestOrigin(c, deps), { succeeded: true })
      return reply(c, await sessionAnswer(deps, signedIn), { cookies: await cookiesOfSignIn(c, deps, signedIn) })
    },
  )

  serve(
    {
      method: 'post',
      path: '/v1/session/proof',
      summary: 'Trade the ticket of a sign-in that ended with a redirect for the proof of its session, once',
      needs: 'nobody',
      body: proofTicket,
      answers: { 200: { schema: startedSession, description: 'The session of the cookie, with its proof.' } },
      fails: ['BAD_REQUEST', 'UNAUTHORIZED'],
    },
    async (c, { body: { ticket } }) => {
      const claimed = await identity.claimProof(ticket, c.req.raw)
      if (!claimed) throw new Failure('UNAUTHORIZED', 'This sign-in was used already or took too long. Sign in again.')
      return reply(c, await sessionAnswer(deps, claimed))
    },
  )

  serve(
    {
      method: 'delete',
      path: '/v1/session',
      summary: 'Sign out: the session ends on the server',
      needs: 'nobody',
      answers: { 204: { description: 'Nobody is signed in any more.' } },
      fails: [],
    },
    async (c) => {
      const principal = await authenticateBySession(identity)(c.req.raw, { isPassive: true })
      if (principal) c.set('principal', principal)
      const headers = await identity.signOut(c.req.raw)
      if (principal) await recordForPerson(c, deps, { action: 'session.end' })
      return replyNothing(c, headers.getSetCookie())
    },
  )
}

const alreadySetUp = () =>
  new Failure(
    'CONFLICT',
    'This installation is set up already. Sign in, or ask a member of the team for an invitation.',
  )
