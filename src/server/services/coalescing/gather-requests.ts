import type { Deps } from '#server/deps.ts'

/**
 * Returns a function that runs one lookup for all concurrent requests with the same key. The lookup starts after the
 * requests that have arrived were read, so that its result is newer than each of them.
 */
export const shareLookups = <Result>(
  afterArrivals: Deps['afterArrivals'],
): ((key: string, look: () => Promise<Result>) => Promise<Result>) => {
  const asked = new Map<string, Promise<Result>>()
  return (key, look) => {
    const known = asked.get(key)
    if (known) return known
    const answer = new Promise<void>(afterArrivals).then(() => {
      // For a request that arrives from here on, this lookup would be too old.
      asked.delete(key)
      return look()
    })
    asked.set(key, answer)
    return answer
  }
}

/** Maximum number of turns to wait for. */
const maxTurns = 16

/**
 * Creates a longer wait than `afterArrivals`, with the same signature. `afterArrivals` waits for one turn of the event
 * loop; `whenSettled` repeats it until no new request arrives for one turn, at most 16 turns, which take less than a
 * millisecond together. Each request calls `arrive`.
 */
export const debounceArrivals = (
  afterArrivals: Deps['afterArrivals'],
): { arrive(): void; whenSettled: Deps['afterArrivals'] } => {
  let arrived = 0
  const wait = (run: () => void, seen: number, turns: number) =>
    afterArrivals(() => (arrived === seen || turns === maxTurns ? run() : wait(run, arrived, turns + 1)))
  return {
    arrive: () => {
      arrived++
    },
    whenSettled: (run) => wait(run, arrived, 1),
  }
}
