import type { Deps } from '#server/deps.ts'

/**
 * Looks the same thing up once for all requests that ask for it at the same time. The look-up runs once those that have
 * arrived are taken in, so that its answer is newer than each of them.
 */
export const sharedLookUps = <Found>(
  afterArrivals: Deps['afterArrivals'],
): ((key: string, look: () => Promise<Found>) => Promise<Found>) => {
  const asked = new Map<string, Promise<Found>>()
  return (key, look) => {
    const known = asked.get(key)
    if (known) return known
    const answer = new Promise<void>(afterArrivals).then(() => {
      // From here on it would be older than a request that comes.
      asked.delete(key)
      return look()
    })
    asked.set(key, answer)
    return answer
  }
}
