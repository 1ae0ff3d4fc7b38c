import type { Context } from 'hono'
import type { Deps, Env } from '#server/deps.ts'
import { auditContext, recordForPerson } from '#server/http/audit-context.ts'
import { reply, replyNothing } from '#server/http/reply.ts'
import { byId, type Routes, serveUnder } from '#server/http/route.ts'
import { refuseWeakPassword } from '#server/services/refuse-weak-password.ts'
import { Failure } from '#shared/failure.ts'
import { type Account, account, accountChange, accountDeletion } from '#shared/people/account.ts'
import { confirmation, passwordChange } from '#shared/people/session.ts'
import { openidRoutes } from './openid-routes.ts'
import { passkeyRoutes } from './passkey-routes.ts'
import { guessChecks, wrongPassword } from './sign-in-common.ts'
import { twoFactorRoutes } from './two-factor-routes.ts'

/** Adds the routes of a person's own account. */
export const accountRoutes = (routes: Routes, deps: Deps): void => {
  const serve = serveUnder(routes, 'Account')
  const serveSession = serveUnder(routes, 'Session')
  const { store, identity } = deps
  const guesses = guessChecks(deps)

  const accountOf = async (c: Context<Env>): Promise<Account> => {
    const { openid } = identity
    const { hasPassword, isConnected } = await store.waysIn(c.get('principal').user.id, openid?.providerId)
    const connection = openid ? { name: openid.name, connected: isConnected } : null
    return { ...(await identity.account(c.req.raw)), hasPassword, openid: connection }
  }

  serveSession(
    {
      method: 'post',
      path: '/v1/session/confirmation',
      summary:
        'Confirm by password and second factor, or by a passkey, so that dangerous actions are allowed for some minutes',
      needs: 'person',
      body: confirmation,
      answers: { 204: { description: 'It is confirmed.' } },
      fails: ['BAD_REQUEST', 'UNAUTHORIZED', 'TOO_MANY_REQUESTS'],
    },
    async (c, { body }) => {
      await guesses.confirm(c, body)
      // Browsers whose session is older than this release become known here.
      return replyNothing(c, [await deps.devices.remember(c.req.raw, c.get('principal').user.email)])
    },
  )

  serve(
    {
      method: 'get',
      path: '/v1/account',
      summary: 'Get the ways to sign in of the signed-in person, and their sessions',
      needs: 'person',
      answers: { 200: { schema: account, description: 'The account.' } },
      fails: ['UNAUTHORIZED'],
    },
    async (c) => reply(c, await accountOf(c)),
  )

  serve(
    {
      method: 'patch',
      path: '/v1/account',
      summary: 'Change one’s name',
      needs: 'person',
      body: accountChange,
      answers: { 200: { schema: account, description: 'The account.' } },
      fails: ['BAD_REQUEST', 'UNAUTHORIZED'],
    },
    async (c, { body: { name } }) => {
      await store.renamePerson(c.get('principal').user.id, name, auditContext(c, deps))
      return reply(c, await accountOf(c))
    },
  )

  serve(
    {
      method: 'put',
      path: '/v1/account/password',
      summary: 'Change one’s password, and end all other sessions',
      needs: 'person',
      body: passwordChange,
      answers: { 204: { description: 'The password is changed; the session’s new cookie is set.' } },
      fails: ['BAD_REQUEST', 'UNAUTHORIZED', 'TOO_MANY_REQUESTS'],
    },
    async (c, { body }) => {
      const { user, teams } = c.get('principal')
      await refuseWeakPassword(body.next, { ...user, teams: teams.map(({ name }) => name) }, ['next'])
      const { current, next, ...factor } = body
      await guesses.confirm(c, { password: current, ...factor }, 'current')
      const headers = await identity.changePassword({ current, next }, c.req.raw, deps.clientAddress(c.env))
      if (!headers) throw wrongPassword('current')
      await recordForPerson(c, deps, { action: 'account.change', detail: 'password' })
      await store.forgetReset(c.get('principal').user.id)
      return replyNothing(c, headers.getSetCookie())
    },
  )

  serve(
    {
      method: 'post',
      path: '/v1/account/deletion',
      summary: 'Delete one’s account, with its email as a confirmation',
      needs: 'person',
      confirm: true,
      body: accountDeletion,
      answers: { 204: { description: 'The account, its sessions and its API keys are gone; the cookie is cleared.' } },
      fails: ['BAD_REQUEST', 'UNAUTHORIZED', 'FORBIDDEN', 'CONFLICT'],
    },
    async (c, { body: { email } }) => {
      const { user } = c.get('principal')
      if (email.toLowerCase() !== user.email) {
        const message = 'This is not the email of your account. Check it.'
        throw new Failure('BAD_REQUEST', message, { issues: [{ message, path: ['email'] }] })
      }
      await store.deleteAccount(user.id, auditContext(c, deps))
      const headers = await identity.signOut(c.req.raw)
      return replyNothing(c, headers.getSetCookie())
    },
  )

  serve(
    {
      method: 'delete',
      path: '/v1/account/sessions/{id}',
      summary: 'End one of one’s own sessions',
      needs: 'person',
      confirm: true,
      params: byId,
      answers: { 204: { description: 'The session has ended.' } },
      fails: ['UNAUTHORIZED', 'FORBIDDEN', 'NOT_FOUND'],
    },
    async (c, { params: { id } }) => {
      if (!(await identity.endSession(id, c.req.raw))) {
        throw new Failure('NOT_FOUND', 'You have no such session. It may have ended already.')
      }
      await recordForPerson(c, deps, { action: 'session.end', detail: 'ended from another session' })
      return replyNothing(c, [])
    },
  )

  twoFactorRoutes(routes, deps, guesses)
  passkeyRoutes(routes, deps)
  openidRoutes(routes, deps)
}
