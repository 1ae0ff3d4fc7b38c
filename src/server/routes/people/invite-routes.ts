import { newId, newToken } from '#server/crypto/make-id.ts'
import type { Deps } from '#server/deps.ts'
import { auditContext, requestOrigin } from '#server/http/audit-context.ts'
import { requirePermission } from '#server/http/authorize.ts'
import { pageQuery } from '#server/http/page-query.ts'
import { reply } from '#server/http/reply.ts'
import { byId, type Routes, serveUnder } from '#server/http/route.ts'
import { cookiesOfSignIn, mayUsePassword } from '#server/routes/account/sign-in-common.ts'
import { refuseWeakPassword } from '#server/services/refuse-weak-password.ts'
import { Failure } from '#shared/failure.ts'
import { pageOf } from '#shared/page.ts'
import {
  invitation,
  invite,
  inviteAcceptance,
  inviteDays,
  inviteToken,
  madeInvite,
  newInvite,
} from '#shared/people/member.ts'
import { joinedSession, type Session, toTeam, type User } from '#shared/people/session.ts'

const all = '/v1/invites'
const day = 24 * 60 * 60_000

/** Adds the routes of invites. Making one needs a permission, accepting one needs its token. */
export const inviteRoutes = (routes: Routes, deps: Deps): void => {
  const serve = serveUnder(routes, 'Invites')
  const { store, sha256, now, identity } = deps

  serve(
    {
      method: 'get',
      path: all,
      summary: 'List the unused invites',
      needs: 'manageMembers',
      query: pageQuery,
      answers: { 200: { schema: pageOf(invite), description: 'A page of them, oldest first.' } },
    },
    async (c, { query }) => reply(c, await store.listInvites(c.get('team').id, query)),
  )

  serve(
    {
      method: 'post',
      path: all,
      summary: 'Make an invite for one person; only this answer has its token',
      needs: 'manageMembers',
      confirm: true,
      body: newInvite,
      answers: { 201: { schema: madeInvite, description: 'The link is `/invite#token=…`.' } },
    },
    async (c, { body: { role } }) => {
      if (role === 'owner') await requirePermission(c, deps, 'manageOwners')
      const by = auditContext(c, deps)
      const token = newToken()
      const made = { id: newId('in'), role, digest: await sha256(token), expiresAt: by.at + inviteDays * day }
      await store.createInvite(c.get('team').id, made, by)
      const dates = { dtCreated: iso(by.at), expiresAt: iso(made.expiresAt) }
      return reply(c, { id: made.id, role, invitedBy: by.by, ...dates, token }, { status: 201 })
    },
  )

  serve(
    {
      method: 'delete',
      path: `${all}/{id}`,
      summary: 'Withdraw an invite',
      needs: 'manageMembers',
      confirm: true,
      params: byId,
      answers: { 200: { schema: byId, description: 'Its link is of no use any more.' } },
    },
    async (c, { params: { id } }) => {
      await store.deleteInvite(c.get('team').id, id, auditContext(c, deps))
      return reply(c, { id })
    },
  )

  serve(
    {
      method: 'post',
      path: '/v1/invitation',
      summary: 'Get the team and role of an invite',
      needs: 'nobody',
      body: inviteToken,
      answers: { 200: { schema: invitation, description: 'What its holder may become.' } },
      fails: ['BAD_REQUEST', 'NOT_FOUND'],
    },
    async (c, { body: { token } }) => reply(c, await store.invitation(await sha256(token), now())),
  )

  serve(
    {
      method: 'post',
      path: '/v1/invitation/acceptance',
      summary: 'Accept an invite, with a new account or as the signed-in person',
      needs: 'nobody',
      body: inviteAcceptance,
      answers: {
        200: { schema: joinedSession, description: 'The session, in the new team; with its proof if it is new.' },
      },
      fails: ['BAD_REQUEST', 'UNAUTHORIZED', 'FORBIDDEN', 'NOT_FOUND', 'CONFLICT'],
    },
    async (c, { body: { token, account } }) => {
      const digest = await sha256(token)
      if (!account) {
        const found = await identity.session(c.req.raw)
        if (!found) throw new Failure('UNAUTHORIZED', 'Sign in first, or make an account.')
        const { user } = found
        const { teamId } = await store.acceptInvite(digest, { id: user.id, name: user.name }, requestOrigin(c, deps))
        return reply(c, await sessionIn(teamId, user))
      }
      // Before the slow hash: an invalid token must not cost that work.
      const invited = await store.invitation(digest, now())
      if (!mayUsePassword(deps.passwordSignIn, [invited])) throw noPasswords(identity.openid?.name)
      const { name, email, password } = account
      await refuseWeakPassword(password, { email, name, teams: [invited.team] }, ['account', 'password'])
      const passwordHash = await identity.hashPassword(password)
      const person = { id: newId('us'), name, email: email.toLowerCase(), passwordHash }
      const { teamId } = await store.acceptInvite(digest, person, requestOrigin(c, deps))
      const signedIn = await identity.signIn({ email, password }, c.req.raw, deps.clientAddress(c.env))
      if (typeof signedIn !== 'object')
        throw new Error('The new account could not sign in right after it had been made.')
      const session = { ...(await sessionIn(teamId, signedIn.user)), proof: signedIn.proof }
      return reply(c, session, { cookies: await cookiesOfSignIn(c, deps, signedIn) })
    },
  )

  const sessionIn = async (teamId: string, user: User): Promise<Session> => {
    const teams = (await store.memberships(user.id)).map(toTeam)
    return { user, team: teams.find(({ id }) => id === teamId) ?? null, teams }
  }
}

const noPasswords = (provider = 'the identity provider') =>
  new Failure('FORBIDDEN', `New accounts have no password here. Accept the invite with ${provider}.`)

const iso = (at: number): string => new Date(at).toISOString()
