import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { Failure } from '#shared/failure.ts'
import { namespaceFrom } from '#shared/namespace.ts'
import { credentials, type Session, session, setup, type User } from '#shared/session.ts'
import type { Deps, Env } from '../deps.ts'
import { answer, failures, jsonBody } from '../http/answers.ts'
import { chosenTeam } from '../http/principal.ts'
import { newId } from '../ids.ts'
import { admitSignIn } from '../throttle.ts'

const tags = ['Session']

/** The routes for the first account, for signing in and out, and for who is signed in. */
export const sessionRoutes = (app: OpenAPIHono<Env>, deps: Deps): void => {
  const { store, vault, identity, now } = deps

  const sessionOf = async (user: User, wantedTeam?: string): Promise<Session> => {
    const teams = await store.memberships(user.id)
    return { user, team: chosenTeam(teams, wantedTeam), teams }
  }

  const signIn = async (c: Context<Env>, body: z.infer<typeof credentials>): Promise<User | undefined> => {
    const signedIn = await identity.signIn(body, c.req.raw)
    for (const cookie of signedIn?.headers.getSetCookie() ?? []) c.header('set-cookie', cookie, { append: true })
    return signedIn?.user
  }

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/setup',
      tags,
      summary: 'Tell whether the first account is still to be made',
      responses: { 200: answer(z.object({ open: z.boolean() }), 'Whether set-up is open.') },
    }),
    async (c) => c.json({ open: !(await store.isSetUp()) }, 200),
  )

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/setup',
      tags,
      summary: 'Make the first account and its team, and sign in',
      request: { body: jsonBody(setup) },
      responses: {
        201: answer(session, 'The account is made; the answer sets the session’s cookie.'),
        ...failures('BAD_REQUEST', 'FORBIDDEN', 'CONFLICT'),
      },
    }),
    async (c) => {
      const { token, name, email, password, team } = c.req.valid('json')
      if (await store.isSetUp()) throw alreadySetUp()
      if (!(await sameText(token, deps.setupToken))) {
        throw new Failure(
          'FORBIDDEN',
          'The set-up token is not right. Use the link that the server printed at its start.',
        )
      }
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
        at: now(),
      })
      const user = await signIn(c, { email, password })
      if (!user) throw new Error('The first account could not sign in right after it had been made.')
      return c.json(await sessionOf(user), 201)
    },
  )

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/session',
      tags,
      summary: 'Tell who is signed in, and to which teams they belong',
      responses: { 200: answer(session, 'The session.'), ...failures('UNAUTHORIZED') },
    }),
    async (c) => {
      const { user, teams } = c.get('principal')
      return c.json({ user, team: c.get('team'), teams: [...teams] }, 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/session',
      tags,
      summary: 'Sign in',
      request: { body: jsonBody(credentials) },
      responses: {
        200: answer(session, 'The answer sets the session’s cookie.'),
        ...failures('BAD_REQUEST', 'UNAUTHORIZED', 'TOO_MANY_REQUESTS'),
      },
    }),
    async (c) => {
      const body = c.req.valid('json')
      const succeed = await admitSignIn(deps, { email: body.email, address: deps.clientAddress(c.env) })
      const user = await signIn(c, body)
      if (!user) throw new Failure('UNAUTHORIZED', 'Email and password do not match. Check both.')
      await succeed()
      return c.json(await sessionOf(user), 200)
    },
  )

  app.openapi(
    createRoute({
      method: 'delete',
      path: '/v1/session',
      tags,
      summary: 'Sign out: the session ends on the server',
      responses: { 204: { description: 'Nobody is signed in any more.' } },
    }),
    async (c) => {
      const headers = await identity.signOut(c.req.raw)
      for (const cookie of headers.getSetCookie()) c.header('set-cookie', cookie, { append: true })
      return c.body(null, 204)
    },
  )
}

const alreadySetUp = () =>
  new Failure(
    'CONFLICT',
    'This installation is set up already. Sign in, or ask a member of the team for an invitation.',
  )

/** Compares by digest, so that the time taken tells nothing of how much was right. */
const sameText = async (one: string, other: string): Promise<boolean> => {
  const digest = async (text: string) =>
    new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
  const [a, b] = [await digest(one), await digest(other)]
  return a.every((byte, index) => byte === b[index])
}
