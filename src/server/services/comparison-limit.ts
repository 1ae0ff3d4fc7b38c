import type { Store } from '#server/store/open-store.ts'
import type { Scope } from '#shared/scope.ts'

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
