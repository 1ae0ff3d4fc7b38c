import { newToken } from '#server/crypto/make-id.ts'
import type { Deps } from '#server/deps.ts'
import { auditContext, requestOrigin } from '#server/http/audit-context.ts'
import { recordRefusal } from '#server/http/authorize.ts'
import { reply, replyNothing } from '#server/http/reply.ts'
import { byId, type Routes, serveUnder } from '#server/http/route.ts'
import { refuseWeakPassword } from '#server/services/refuse-weak-password.ts'
import { Failure } from '#shared/failure.ts'
import { madeReset, passwordReset, resetMinutes, resetToken, resetUse } from '#shared/people/member.ts'

/** Adds the routes of links for a new password. Making one needs a permission, using one needs its token. */
export const resetRoutes = (routes: Routes, deps: Deps): void => {
  const serveMembers = serveUnder(routes, 'Members')
  const serve = serveUnder(routes, 'Account')
  const { store, sha256, now, identity } = deps

  serveMembers(
    {
      method: 'post',
      path: '/v1/members/{id}/password-reset',
      summary: 'Make a link for a new password of somebody who ranks below you in each of their teams',
      needs: 'manageMembers',
      confirm: true,
      params: byId,
      answers: { 201: { schema: madeReset, description: 'The link is `/reset#token=…`. It replaces an older one.' } },
    },
    async (c, { params: { id } }) => {
      const by = auditContext(c, deps)
      const token = newToken()
      const expiresAt = by.at + resetMinutes * 60_000
      try {
        await store.createReset(c.get('team').id, id, { digest: await sha256(token), expiresAt }, by)
      } catch (error) {
        if (error instanceof Failure && error.code === 'FORBIDDEN') await recordRefusal(c, deps, error)
        throw error
      }
      return reply(c, { token, expiresAt: new Date(expiresAt).toISOString() }, { status: 201 })
    },
  )

  serve(
    {
      method: 'post',
      path: '/v1/password-reset',
      summary: 'Get whom a link for a new password is for',
      needs: 'nobody',
      body: resetToken,
      answers: { 200: { schema: passwordReset, description: 'The person.' } },
      fails: ['BAD_REQUEST', 'NOT_FOUND'],
    },
    async (c, { body: { token } }) => {
      const { name, email } = await store.reset(await sha256(token), now())
      return reply(c, { name, email })
    },
  )

  serve(
    {
      method: 'post',
      path: '/v1/password-reset/use',
      summary: 'Set a new password with a link, and end all sessions of its person',
      needs: 'nobody',
      body: resetUse,
      answers: {
        204: { description: 'The password is set. Signing in with it still takes the second factor, if any.' },
      },
      fails: ['BAD_REQUEST', 'NOT_FOUND'],
    },
    async (c, { body: { token, password } }) => {
      const digest = await sha256(token)
      // Before the slow hash: an invalid token must not cost that work.
      const person = await store.reset(digest, now())
      const teams = await store.memberships(person.id)
      await refuseWeakPassword(password, { ...person, teams: teams.map(({ name }) => name) }, ['password'])
      await store.useReset(digest, await identity.hashPassword(password), requestOrigin(c, deps))
      return replyNothing(c, [])
    },
  )
}
