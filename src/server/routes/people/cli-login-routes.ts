import type { Context } from 'hono'
import type { Deps, Env } from '#server/deps.ts'
import { auditContext, requestOrigin } from '#server/http/audit-context.ts'
import { requireScopeAccess } from '#server/http/key-limits.ts'
import { reply, replyNothing } from '#server/http/reply.ts'
import { type Routes, serveUnder } from '#server/http/route.ts'
import { allowCliLogin, startCliLogin, takeCliLogin } from '#server/services/cli-login.ts'
import { admitCode } from '#server/services/throttle.ts'
import type { FoundCliLogin } from '#server/store/people/cli-login-store.ts'
import {
  allowedCliLogin,
  cliLogin,
  cliLoginAllowance,
  cliLoginCode,
  cliLoginProof,
  loginMinutes,
  loginPollSeconds,
  newCliLogin,
  startedCliLogin,
  undecidedCliLogin,
} from '#shared/people/cli-login.ts'

const all = '/v1/cli-logins'

/**
 * Adds the routes by which a command line gets a key: it asks, a signed-in person allows it, and it takes the key with
 * the verifier that only it has. Codes are only in bodies, because addresses are logged.
 */
export const cliLoginRoutes = (routes: Routes, deps: Deps): void => {
  const serve = serveUnder(routes, 'Command line')
  const { store, now } = deps

  /** Finds the command line with a code. Counts unknown codes, which may be guesses. */
  const find = async (c: Context<Env>, code: string): Promise<FoundCliLogin> => {
    const succeed = await admitCode(deps, c.get('principal').user.id)
    const found = await store.cliLogin(code, now())
    await succeed()
    return found
  }

  serve(
    {
      method: 'post',
      path: all,
      summary: 'Ask for a key, as a command line',
      needs: 'nobody',
      body: newCliLogin,
      answers: { 201: { schema: startedCliLogin, description: 'The code to allow it under, on `/cli-login`.' } },
      fails: ['BAD_REQUEST', 'TOO_MANY_REQUESTS'],
    },
    async (c, { body }) => {
      const code = await startCliLogin(deps, body, requestOrigin(c, deps))
      return reply(c, { code, expiresIn: loginMinutes * 60, interval: loginPollSeconds }, { status: 201 })
    },
  )

  serve(
    {
      method: 'post',
      path: `${all}/look`,
      summary: 'Get the command line with a code',
      needs: 'person',
      body: cliLoginCode,
      answers: { 200: { schema: cliLogin, description: 'What it says of itself, and from where it asked.' } },
      fails: ['BAD_REQUEST', 'UNAUTHORIZED', 'FORBIDDEN', 'NOT_FOUND', 'TOO_MANY_REQUESTS'],
    },
    async (c, { body: { code } }) => {
      const { expiresAt, ...found } = await find(c, code)
      const expiresIn = Math.max(0, Math.floor((expiresAt - now()) / 1000))
      return reply(c, { ...found, here: deps.clientAddress(c.env), expiresIn })
    },
  )

  serve(
    {
      method: 'post',
      path: `${all}/allowance`,
      summary: 'Allow the command line of a code a key',
      needs: 'allowLogins',
      confirm: true,
      body: cliLoginAllowance,
      answers: { 204: { description: 'The key is made when the command line takes it.' } },
      fails: ['BAD_REQUEST', 'UNAUTHORIZED', 'FORBIDDEN', 'NOT_FOUND', 'TOO_MANY_REQUESTS'],
    },
    async (c, { body }) => {
      if (body.projectId !== undefined) await requireScopeAccess(c, deps, { kind: 'project', id: body.projectId })
      const { code, ...wanted } = body
      await allowCliLogin(deps, c.get('team'), await find(c, code), wanted, auditContext(c, deps))
      return replyNothing(c, [])
    },
  )

  serve(
    {
      method: 'post',
      path: `${all}/denial`,
      summary: 'Refuse the command line of a code a key',
      needs: 'person',
      body: cliLoginCode,
      answers: { 204: { description: 'It is told so.' } },
      fails: ['BAD_REQUEST', 'UNAUTHORIZED', 'FORBIDDEN', 'NOT_FOUND', 'TOO_MANY_REQUESTS'],
    },
    async (c, { body: { code } }) => {
      await find(c, code)
      await store.denyCliLogin(code, now())
      return replyNothing(c, [])
    },
  )

  serve(
    {
      method: 'post',
      path: `${all}/key`,
      summary: 'Take the allowed key, as the command line; only this answer has its text',
      needs: 'nobody',
      body: cliLoginProof,
      answers: {
        200: { schema: undecidedCliLogin, description: 'Nobody has allowed it yet, or somebody denied it.' },
        201: { schema: allowedCliLogin, description: 'The key, this once.' },
      },
      fails: ['BAD_REQUEST', 'FORBIDDEN', 'NOT_FOUND'],
    },
    async (c, { body }) => {
      const taken = await takeCliLogin(deps, body, requestOrigin(c, deps))
      if (typeof taken === 'string') return reply(c, { state: taken })
      const { team, id, key } = taken
      const apiKey = { ...(await store.apiKey(team.id, id)), key }
      return reply(c, { state: 'allowed', team, apiKey }, { status: 201 })
    },
  )
}
