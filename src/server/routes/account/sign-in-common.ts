import type { Context } from 'hono'
import type { Deps, Env } from '#server/deps.ts'
import type { SignedIn } from '#server/identity/identity.ts'
import { admitConfirmation } from '#server/services/throttle.ts'
import { Failure } from '#shared/failure.ts'
import { type Session, type StartedSession, type Team, toTeam } from '#shared/people/session.ts'

/** Returns the session of a person who has just signed in, in their first team. */
export const sessionAnswer = async (
  deps: Pick<Deps, 'store' | 'trashDays' | 'version'>,
  { user, proof }: Pick<SignedIn, 'user' | 'proof'>,
): Promise<StartedSession> => {
  const teams = (await deps.store.memberships(user.id)).map(toTeam)
  return { user, team: teams[0] ?? null, teams, ...ofInstallation(deps), proof }
}

/** Returns whether somebody with these roles may sign in with a password. */
export const mayUsePassword = (setting: Deps['passwordSignIn'], teams: readonly Pick<Team, 'role'>[]): boolean =>
  setting === 'off' ? false : setting !== 'owners' || teams.some(({ role }) => role === 'owner')

/** Returns what a session says about the installation. */
export const ofInstallation = ({
  trashDays,
  version,
}: Pick<Deps, 'trashDays' | 'version'>): Pick<Session, 'trashDays' | 'version'> =>
  trashDays === undefined ? { version } : { version, trashDays }

/** Returns the failure for a wrong password, with the field that it was typed into. */
export const wrongPassword = (field: 'password' | 'current' = 'password'): Failure =>
  fieldFailure('BAD_REQUEST', field, 'This is not your password. Check it.')

/** Returns the failure for a rejected code. Does not say whether it was wrong or already used. */
export const wrongCode = (code: 'BAD_REQUEST' | 'UNAUTHORIZED' = 'BAD_REQUEST'): Failure =>
  fieldFailure(code, 'code', 'The code is not right, or was used already. Wait for the next one.')

const fieldFailure = (code: 'BAD_REQUEST' | 'UNAUTHORIZED', field: string, message: string): Failure =>
  new Failure(code, message, { issues: [{ message, path: [field] }] })

/** Returns the `Set-Cookie` headers of a sign-in: the session's, and the one by which the device is known next time. */
export const cookiesOfSignIn = async (
  c: Context<Env>,
  { devices }: Pick<Deps, 'devices'>,
  { user, headers }: SignedIn,
): Promise<string[]> => [...headers.getSetCookie(), await devices.remember(c.req.raw, user.email)]

/**
 * Checks a password or code of the signed-in person, and throws `wrong` when `check` refuses it. Guesses are counted by
 * session: no stranger's attempt to sign in makes the person wait.
 */
export const checkGuess = async <Result>(
  c: Context<Env>,
  deps: Deps,
  wrong: () => Failure,
  check: () => Promise<Result | undefined>,
): Promise<Result> => {
  const { user, session } = c.get('principal')
  const succeed = await admitConfirmation(deps, { userId: user.id, sessionId: session?.id ?? '' })
  const result = await check()
  if (!result) throw wrong()
  await succeed()
  return result
}
