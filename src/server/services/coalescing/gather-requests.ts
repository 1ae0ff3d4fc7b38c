import type { Deps } from '#server/deps.ts'

/**
 * Looks the same thing up once for all requests that ask for it at the same time. The look-up runs once those that have
 * arrived are taken in, so that its answer is newer than each of them.
 */
export const shareLookups = <Found>(
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

/** How many turns are waited for at most. */
const mostTurns = 16

/**
 * Tells when those that come one after the other have all come: once a turn has brought nobody more, or after some
 * turns, which together take less than a millisecond. Whoever comes calls `arrive`.
 */
export const debounceArrivals = (
  afterArrivals: Deps['afterArrivals'],
): { arrive(): void; whenSettled: Deps['afterArrivals'] } => {
  let arrived = 0
  const wait = (run: () => void, seen: number, turns: number) =>
    afterArrivals(() => (arrived === seen || turns === mostTurns ? run() : wait(run, arrived, turns + 1)))
  return {
    arrive: () => {
      arrived++
    },
    whenSettled: (run) => wait(run, arrived, 1),
  }
}
