import type { Deps } from '#server/deps.ts'
import { recordForPerson } from '#server/http/audit-context.ts'
import { reply, replyNothing } from '#server/http/reply.ts'
import { type Routes, serveUnder } from '#server/http/route.ts'
import { Failure } from '#shared/failure.ts'
import { codeGiven, recoveryCodes, twoFactorSetup } from '#shared/people/account.ts'
import { passwordProof } from '#shared/people/session.ts'
import { type GuessChecks, wrongPassword } from './sign-in-common.ts'

/** Adds the routes of two-factor sign-in. */
export const twoFactorRoutes = (routes: Routes, deps: Deps, guesses: GuessChecks): void => {
  const serve = serveUnder(routes, 'Account')
  const { identity } = deps

  serve(
    {
      method: 'post',
      path: '/v1/account/two-factor',
      summary: 'Get a seed for an authenticator app, and recovery codes',
      needs: 'person',
      body: passwordProof,
      answers: {
        201: { schema: twoFactorSetup, description: 'Told this once; it counts after a code has come back.' },
      },
      fails: ['BAD_REQUEST', 'UNAUTHORIZED', 'CONFLICT', 'TOO_MANY_REQUESTS'],
    },
    async (c, { body }) => {
      await guesses.confirm(c, body)
      const begun = await identity.twoFactor.begin(body.password, c.req.raw)
      if (!begun) throw wrongPassword()
      return reply(c, begun, { status: 201 })
    },
  )

  serve(
    {
      method: 'post',
      path: '/v1/account/two-factor/on',
      summary: 'Turn two-factor sign-in on, with a code of the app that has the seed',
      needs: 'person',
      confirm: true,
      body: codeGiven,
      answers: { 204: { description: 'Signing in takes a code from now on; the session’s new cookie is set.' } },
      fails: ['BAD_REQUEST', 'UNAUTHORIZED', 'TOO_MANY_REQUESTS'],
    },
    async (c, { body: { code } }) => {
      const headers = await guesses.code(c, () => identity.twoFactor.turnOn(code, c.req.raw))
      await recordForPerson(c, deps, { action: 'account.change', detail: 'two-factor sign-in on' })
      return replyNothing(c, headers.getSetCookie())
    },
  )

  serve(
    {
      method: 'post',
      path: '/v1/account/two-factor/recovery-codes',
      summary: 'Replace the recovery codes',
      needs: 'person',
      body: passwordProof,
      answers: {
        201: { schema: recoveryCodes, description: 'Told this once; the codes of before do not count any more.' },
      },
      fails: ['BAD_REQUEST', 'UNAUTHORIZED', 'CONFLICT', 'TOO_MANY_REQUESTS'],
    },
    async (c, { body }) => {
      await guesses.confirm(c, body)
      const renewed = await identity.twoFactor.renewCodes(body.password, c.req.raw)
      if (!renewed) throw new Failure('CONFLICT', 'Two-factor sign-in is off. Set it up to get recovery codes.')
      await recordForPerson(c, deps, { action: 'account.change', detail: 'new recovery codes' })
      return reply(c, { recoveryCodes: [...renewed] }, { status: 201 })
    },
  )

  serve(
    {
      method: 'post',
      path: '/v1/account/two-factor/off',
      summary: 'Turn two-factor sign-in off',
      needs: 'person',
      body: passwordProof,
      answers: { 204: { description: 'The password suffices from now on; the session’s new cookie is set.' } },
      fails: ['BAD_REQUEST', 'UNAUTHORIZED', 'TOO_MANY_REQUESTS'],
    },
    async (c, { body }) => {
      await guesses.confirm(c, body)
      const headers = await identity.twoFactor.turnOff(body.password, c.req.raw)
      if (!headers) throw wrongPassword()
      await recordForPerson(c, deps, { action: 'account.change', detail: 'two-factor sign-in off' })
      return replyNothing(c, headers.getSetCookie())
    },
  )
}
