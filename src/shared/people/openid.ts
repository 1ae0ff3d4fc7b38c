import * as z from 'zod'
import { roles } from './role.ts'

/** Who may sign in with a password: everybody, owners of a team, or nobody. */
export const passwordSignIns = ['on', 'owners', 'off'] as const
export type PasswordSignIn = (typeof passwordSignIns)[number]

/** How people sign in at this installation. `openid` has the name of the identity provider. */
export const signInWays = z
  .object({ password: z.enum(passwordSignIns), openid: z.object({ name: z.string() }).nullable() })
  .meta({ id: 'SignInWays' })
export type SignInWays = z.infer<typeof signInWays>

/** What somebody goes to the identity provider for. */
export const openidPurposes = ['signIn', 'connect', 'confirm'] as const
export type OpenidPurpose = (typeof openidPurposes)[number]

/** Signs in, and accepts an invite with its token. */
export const openidSignIn = z.object({
  invite: z.string().min(1).max(200).optional(),
})
export type OpenidSignIn = z.infer<typeof openidSignIn>

/** The address of the identity provider that the browser opens next. */
export const openidAddress = z.object({ url: z.string() }).meta({ id: 'OpenidAddress' })
export type OpenidAddress = z.infer<typeof openidAddress>

/** The parameters with which the identity provider sends a browser back. */
export const openidCallback = z.object({
  state: z.string().max(200).optional(),
  code: z.string().max(4096).optional(),
  iss: z.string().max(1000).optional(),
  error: z.string().max(200).optional(),
})
export type OpenidCallback = z.infer<typeof openidCallback>

/** The one-time ticket that the callback puts into the fragment of `/login`. */
export const openidTicket = z.object({ ticket: z.string().min(1).max(200) })

/** Why the callback has no ticket, in the fragment of `/login`. */
export const openidProblems = {
  browser: 'This sign-in was not begun in this browser, was used already, or took longer than 10 minutes. Start again.',
  refused: 'The identity provider did not sign you in. Start again, or ask who runs it.',
  invalid:
    'The answer of the identity provider could not be verified, so nobody was signed in. Tell who runs this server.',
  away: 'The identity provider does not answer. Try again in a minute.',
} as const
export type OpenidProblem = keyof typeof openidProblems

/** A rule for people who sign in for the first time: who has the claim joins the team with the role. */
export const joinRule = z.object({
  claim: z.string().min(1),
  value: z.string().min(1),
  namespace: z.string().min(1),
  role: z.enum(roles),
})
export type JoinRule = z.infer<typeof joinRule>
