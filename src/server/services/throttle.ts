import { webSha256 } from '#server/crypto/web-crypto.ts'
import type { Store } from '#server/store/open-store.ts'
import { Failure } from '#shared/failure.ts'
import { addressBlock } from '#shared/network/ip-address.ts'
import type { Scope } from '#shared/scope.ts'

const second = 1000
const minute = 60 * second

type ThrottleDeps = {
  store: Pick<Store, 'attempts' | 'countFailure' | 'takeBackFailure' | 'forgetFailures'>
  now(): number
}

/** How many failures are allowed under a key, and what further ones cost. */
type Limit = {
  key: string
  /** Returns the wait after this many failures, in milliseconds. */
  wait(failures: number): number
  /** A longer wait is ignored: it was counted before the clock was set back. */
  longestWait: number
  /** Admits one more attempt after each wait. Without it, the wait ends when the failures are forgotten. */
  admitsAfterWait: boolean
}

/** Failures are forgotten after this long without an attempt, so that nobody is locked out for good. */
const forgetAfter = 60 * minute

/**
 * Counts an attempt as a failure under each key, before it is made: concurrent attempts get no more tries than
 * sequential ones. When a key has to wait, returns the rest of that wait, in milliseconds, as `blockedFor`.
 * `takeBack` undoes what this attempt counted under the keys that admitted it.
 */
const countAttempt = async (
  { store, now }: Pick<ThrottleDeps, 'now'> & { store: Pick<Store, 'attempts' | 'countFailure' | 'takeBackFailure'> },
  limits: readonly Limit[],
): Promise<{ blockedFor?: number; takeBack(): Promise<void> }> => {
  const admitted: string[] = []
  const takeBack = async () => {
    for (const key of admitted) await store.takeBackFailure(key)
  }
  const failuresBefore: number[] = []
  for (const { key, longestWait } of limits) {
    const attempts = await store.attempts(key)
    const left = (attempts?.blockedUntil ?? 0) - now()
    // Not counted, so that attempts during a wait do not make it longer.
    if (left > 0 && left <= longestWait) return { blockedFor: left, takeBack }
    failuresBefore.push(attempts?.failures ?? 0)
  }
  for (const [index, { key, wait, admitsAfterWait }] of limits.entries()) {
    const { failures, blockedUntil } = await store.countFailure(key, { at: now(), forgetAfter, wait })
    const waitWasServed = admitsAfterWait && failures - 1 === failuresBefore[index]
    // A concurrent attempt was counted since the check above, and its failure costs a wait.
    if (wait(failures - 1) > 0 && !waitWasServed) return { blockedFor: blockedUntil - now(), takeBack }
    admitted.push(key)
  }
  return { takeBack }
}

/**
 * Allowed failures without a wait: of one account from one block of addresses, of one account from anywhere in an hour,
 * from one block of addresses to any accounts, and so on. Many people may share an address, but not an account.
 */
const free = { account: 5, accountAnywhere: 15, address: 20, device: 5, session: 5, codes: 20, guesses: 20 }
const longestWait = 15 * minute
const hour = 60 * minute

/** Doubles the wait with each failure beyond the free ones. */
const growingWait = (key: string, allowed: number): Limit => ({
  key,
  wait: (failures) => (failures < allowed ? 0 : Math.min(longestWait, 30 * second * 2 ** (failures - allowed))),
  longestWait,
  admitsAfterWait: true,
})

/**
 * Admits the free failures of each hour, then one for each {@link longestWait}. It does not grow with the failures of
 * the hours before: one patient stranger never gets this far.
 */
const hourlyLimit = (key: string, allowed: number, at: number): Limit => ({
  key: `${key}:${Math.floor(at / hour)}`,
  wait: (failures) => (failures < allowed ? 0 : longestWait),
  longestWait,
  admitsAfterWait: true,
})

/** `device` is the ID of a device that signed in to this account before, from its cookie. */
type SignInAttempt = { email: string; address: string; device?: string | undefined }

/**
 * Returns what an attempt to sign in counts under. A known device has its own allowance, which nobody else's attempts
 * use up; what it gets wrong counts nowhere else. `own` is forgotten after a success.
 */
const signInLimits = async (
  { email, address, device }: SignInAttempt,
  at: number,
): Promise<{ own: Limit; shared: Limit[] }> => {
  if (device !== undefined) return { own: growingWait(`device:${device}`, free.device), shared: [] }
  // Keys contain no email in clear text, so that a stolen table does not list them.
  const account = `account:${await webSha256(email.toLowerCase())}`
  const block = addressBlock(address)
  return {
    own: growingWait(`${account}:${block}`, free.account),
    shared: [hourlyLimit(account, free.accountAnywhere, at), growingWait(`address:${block}`, free.address)],
  }
}

/**
 * Admits an attempt to sign in, and counts it as a failure until the returned function is called after a success.
 * Throws `TOO_MANY_REQUESTS` when it has to wait, whether or not the account exists.
 */
export const admitSignIn = async (deps: ThrottleDeps, attempt: SignInAttempt): Promise<() => Promise<void>> => {
  const { store, now } = deps
  const { own, shared } = await signInLimits(attempt, now())
  const { blockedFor } = await countAttempt(deps, [own, ...shared])
  if (blockedFor !== undefined) throw tooManyAttempts(blockedFor)
  return async () => {
    await store.forgetFailures(own.key)
    // Only this attempt's own count: signing in to one account must not give new guesses at others.
    for (const { key } of shared) await store.takeBackFailure(key)
  }
}

/** Takes back an admitted attempt whose password was right but which still needs a code. */
export const takeBackSignIn = async ({ store, now }: ThrottleDeps, attempt: SignInAttempt): Promise<void> => {
  const { own, shared } = await signInLimits(attempt, now())
  for (const { key } of [own, ...shared]) await store.takeBackFailure(key)
}

/** Admits a signed-in person's attempt to confirm with a password or code, like {@link admitSignIn}, by session. */
export const admitConfirmation = async (
  deps: ThrottleDeps,
  { userId, sessionId }: { userId: string; sessionId: string },
): Promise<() => Promise<void>> => {
  const limit = growingWait(`confirm:${userId}:${sessionId}`, free.session)
  const { blockedFor } = await countAttempt(deps, [limit])
  if (blockedFor !== undefined) throw tooManyAttempts(blockedFor)
  return () => deps.store.forgetFailures(limit.key)
}

/**
 * Admits an attempt with a token that nobody can guess, such as that of set-up, by block of addresses. `what` names the
 * kind of token. Counts it as wrong until the returned function is called.
 */
export const admitToken = async (
  deps: ThrottleDeps,
  { what, address }: { what: string; address: string },
): Promise<() => Promise<void>> => {
  const { blockedFor, takeBack } = await countAttempt(deps, [
    growingWait(`${what}:${addressBlock(address)}`, free.guesses),
  ])
  if (blockedFor !== undefined) throw tooManyAttempts(blockedFor)
  return takeBack
}

/** Admits an attempt of a signed-in person to enter the code of a command line, like {@link admitSignIn}. */
export const admitCode = async (deps: ThrottleDeps, userId: string): Promise<() => Promise<void>> => {
  const { blockedFor, takeBack } = await countAttempt(deps, [growingWait(`code:${userId}`, free.codes)])
  if (blockedFor !== undefined) throw tooManyAttempts(blockedFor)
  return takeBack
}

/**
 * Wrong comparisons that are allowed in an hour: of one secret by anyone, and by one person of any secrets. A person's
 * limit covers a dry run and an import of 1,000 names whose values all differ.
 */
export const mostWrong = { secret: 20, person: 2000 }

type ComparisonAttempt = { teamId: string; scope: Scope; name: string; personId: string }

const comparisonLimit = (key: string, most: number): Limit => ({
  key,
  // One millisecond longer than failures are remembered: the attempt after the wait counts as the first again.
  wait: (failures) => (failures < most ? 0 : forgetAfter + 1),
  longestWait: Number.POSITIVE_INFINITY,
  admitsAfterWait: false,
})

/**
 * Admits a comparison of a given value with a stored one, and counts it as wrong. Returns a function that takes this
 * back, for a right one; `undefined` when no comparison is allowed now.
 */
export const admitComparison = async (
  deps: Parameters<typeof countAttempt>[0],
  { teamId, scope, name, personId }: ComparisonAttempt,
): Promise<(() => Promise<void>) | undefined> => {
  const { blockedFor, takeBack } = await countAttempt(deps, [
    comparisonLimit(`same:${personId}`, mostWrong.person),
    comparisonLimit(`same:${teamId}:${scope.id}:${name}`, mostWrong.secret),
  ])
  if (blockedFor === undefined) return takeBack
  await takeBack()
  return undefined
}

/** Returns the failure for an attempt that has to wait this many milliseconds. */
export const tooManyAttempts = (blockedFor: number): Failure => {
  const retryAfter = Math.ceil(blockedFor / second)
  return new Failure('TOO_MANY_REQUESTS', `Too many attempts. Try again in ${spoken(retryAfter)}.`, { retryAfter })
}

const spoken = (wait: number): string =>
  wait < 120 ? `${wait} second${wait === 1 ? '' : 's'}` : `${Math.ceil(wait / 60)} minutes`
