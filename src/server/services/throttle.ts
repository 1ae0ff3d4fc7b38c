import type { Store } from '#server/store/open-store.ts'
import { Failure } from '#shared/failure.ts'
import type { Scope } from '#shared/scope.ts'

const seconds = 1000
const minutes = 60 * seconds

/** Attempts that cost no wait, by what is counted. An address may be shared by many people, an account is not. */
const free = { account: 5, address: 20, codes: 20 }
const longestWait = 15 * minutes
/** After this long without an attempt, counting starts over: nobody is locked out for good. */
const forgetAfter = 60 * minutes

const waitAfter = (failures: number, allowance: number): number =>
  failures < allowance ? 0 : Math.min(longestWait, 30 * seconds * 2 ** (failures - allowance))

type Attempt = { email: string; address: string }

type ThrottleDeps = {
  store: Pick<Store, 'attempts' | 'countFailure' | 'takeBackFailure' | 'forgetFailures'>
  now(): number
}

/**
 * Lets an attempt to sign in happen only if account and address are not to wait, and counts it as a failure in advance:
 * many attempts at once get no more tries than one after the other. Call the answer after a success, to forget it.
 * Throws `TOO_MANY_REQUESTS`, which does not tell whether the account exists.
 */
export const admitSignIn = async (deps: ThrottleDeps, attempt: Attempt): Promise<() => Promise<void>> => {
  const { store } = deps
  const { account, from } = await keysOf(attempt)
  await admit(deps, [
    { key: account, allowance: free.account },
    { key: from, allowance: free.address },
  ])
  return async () => {
    await store.forgetFailures(account)
    // Only this attempt's own count: somebody with an account must not win new guesses at others by signing in.
    await store.takeBackFailure(from)
  }
}

/** Slows down guesses of somebody who is signed in at the codes of command lines, like {@link admitSignIn}. */
export const admitCode = async (deps: ThrottleDeps, userId: string): Promise<() => Promise<void>> => {
  const key = `code:${userId}`
  await admit(deps, [{ key, allowance: free.codes }])
  return () => deps.store.takeBackFailure(key)
}

/** Counts an attempt under each key, unless one of them is to wait. */
const admit = async (
  { store, now }: ThrottleDeps,
  counted: readonly { key: string; allowance: number }[],
): Promise<void> => {
  const seen: number[] = []
  for (const { key } of counted) {
    const attempts = await store.attempts(key)
    const left = (attempts?.blockedUntil ?? 0) - now()
    // No wait is longer: one that seems so was counted from a time that the clock has been set back from.
    if (left > 0 && left <= longestWait) throw tooMany(left)
    seen.push(attempts?.failures ?? 0)
  }
  for (const [index, { key, allowance }] of counted.entries()) {
    const wait = (failures: number) => waitAfter(failures, allowance)
    const { failures, blockedUntil } = await store.countFailure(key, { at: now(), forgetAfter, wait })
    // Another attempt was counted since the look above, and what it counted asks for a wait: this one has to wait too.
    if (failures - 1 !== seen[index] && wait(failures - 1) > 0) throw tooMany(blockedUntil - now())
  }
}

/** Takes an attempt back that was admitted and turned out to be half of one: a right password, with a code to come. */
export const takeBackSignIn = async ({ store }: ThrottleDeps, attempt: Attempt): Promise<void> => {
  for (const key of Object.values(await keysOf(attempt))) await store.takeBackFailure(key)
}

const keysOf = async ({ email, address }: Attempt) => ({
  account: `account:${await digest(email.toLowerCase())}`,
  from: `address:${address}`,
})

const tooMany = (left: number): Failure => {
  const retryAfter = Math.ceil(left / seconds)
  return new Failure('TOO_MANY_REQUESTS', `Too many attempts. Try again in ${spoken(retryAfter)}.`, { retryAfter })
}

const spoken = (wait: number): string =>
  wait < 120 ? `${wait} second${wait === 1 ? '' : 's'}` : `${Math.ceil(wait / 60)} minutes`

/** Keys hold no address in the clear: the table is of no use to a thief. */
const digest = async (text: string): Promise<string> => {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

const hour = 3_600_000

/**
 * Wrong comparisons before there are no more for an hour: of one secret by anybody, and by one person of whatever
 * secrets. A person’s are enough for a dry run and an import of 1,000 names, all with other values.
 */
export const mostWrong = { secret: 20, person: 2000 }

export type Compared = { teamId: string; scope: Scope; name: string; personId: string }

type AdmitDeps = {
  store: Pick<Store, 'attempts' | 'countFailure' | 'takeBackFailure'>
  now(): number
}

/**
 * Lets a comparison of somebody’s value with a stored one happen only while there are wrong ones left, and counts it as
 * wrong in advance: many at once get no more than one after the other. Call the answer when it was right, to take that
 * back. `undefined` when there must be no comparison.
 */
export const admitComparison = async (
  { store, now }: AdmitDeps,
  { teamId, scope, name, personId }: Compared,
): Promise<(() => Promise<void>) | undefined> => {
  const counted = [
    { key: `same:${personId}`, most: mostWrong.person },
    { key: `same:${teamId}:${scope.id}:${name}`, most: mostWrong.secret },
  ]
  // What is asked while there is a wait is not counted, so that the wait comes to its end.
  for (const { key } of counted) {
    const attempts = await store.attempts(key)
    if (attempts && attempts.blockedUntil > now()) return undefined
  }
  const admitted: string[] = []
  const takeBack = async () => {
    for (const key of admitted) await store.takeBackFailure(key)
  }
  for (const { key, most } of counted) {
    // A moment longer than it is remembered: what comes after the wait is the first again.
    const wait = (failures: number) => (failures < most ? 0 : hour + 1)
    const { failures } = await store.countFailure(key, { at: now(), forgetAfter: hour, wait })
    if (failures > most) {
      await takeBack()
      return undefined
    }
    admitted.push(key)
  }
  return takeBack
}
