import type { Context } from 'hono'
import type { Deps, Env } from '#server/deps.ts'
import { recordForPerson } from '#server/http/audit-context.ts'
import type { ConfirmationFlaw, SignedIn } from '#server/identity/identity.ts'
import { oncePer } from '#server/services/coalescing/once-per.ts'
import { admitConfirmation } from '#server/services/throttle.ts'
import { Failure } from '#shared/failure.ts'
import { type Confirmation, type Session, type StartedSession, type Team, toTeam } from '#shared/people/session.ts'

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

const flaws: Record<ConfirmationFlaw, { record?: string; failure(passwordField: 'password' | 'current'): Failure }> = {
  passwordWrong: { record: 'wrong password', failure: wrongPassword },
  codeWrong: { record: 'wrong code', failure: () => wrongCode() },
  codeWanted: {
    failure: () => fieldFailure('BAD_REQUEST', 'code', 'Type a code of your authenticator app too, or use a passkey.'),
  },
  passkeyWrong: {
    record: 'wrong passkey',
    failure: () =>
      fieldFailure('BAD_REQUEST', 'passkey', 'This passkey does not confirm that it is you. Use your own.'),
  },
  passkeyWanted: {
    failure: () => fieldFailure('BAD_REQUEST', 'passkey', 'Use your passkey too.'),
  },
}

/** Checks what a signed-in person gives to prove that it is them. */
export type GuessChecks = {
  /** Checks a confirmation, and throws what is wrong with it. `passwordField` is where the password was typed. */
  confirm(c: Context<Env>, given: Confirmation, passwordField?: 'password' | 'current'): Promise<void>
  /** Checks a code by `check`, which returns `undefined` for a wrong one. */
  code<Result>(c: Context<Env>, check: () => Promise<Result | undefined>): Promise<Result>
}

/**
 * Creates the checks of one app. Guesses are counted by session: no stranger's attempt to sign in makes the person wait.
 * Wrong ones are on record, at most once a minute for each person and kind.
 */
export const guessChecks = (deps: Deps): GuessChecks => {
  const isFirstThisMinute = oncePer(60_000, deps.now)
  const admit = (c: Context<Env>) => {
    const { user, session } = c.get('principal')
    return admitConfirmation(deps, { userId: user.id, sessionId: session?.id ?? '' })
  }
  const note = async (c: Context<Env>, what: string): Promise<void> => {
    if (!isFirstThisMinute(`${c.get('principal').user.id} ${what}`)) return
    await recordForPerson(c, deps, { action: 'session.refused', detail: `${what}, to confirm` })
  }
  return {
    confirm: async (c, given, passwordField = 'password') => {
      const succeed = await admit(c)
      const answer = await deps.identity.confirm(given, c.req.raw)
      if (answer === 'confirmed') return succeed()
      const { record, failure } = flaws[answer]
      if (record) await note(c, record)
      throw failure(passwordField)
    },
    code: async (c, check) => {
      const succeed = await admit(c)
      const result = await check()
      if (!result) {
        await note(c, 'wrong code')
        throw wrongCode()
      }
      await succeed()
      return result
    },
  }
}
