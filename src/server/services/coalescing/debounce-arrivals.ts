import type { Deps } from '#server/deps.ts'

/** How many turns are waited for at most. */
const mostTurns = 16

/**
 * Tells when those that come one after the other have all come: once a turn has brought nobody more, or after some
 * turns, which together take less than a millisecond. Whoever comes calls `arrive`.
 */
export const untilQuiet = (
  afterArrivals: Deps['afterArrivals'],
): { arrive(): void; whenQuiet: Deps['afterArrivals'] } => {
  let arrived = 0
  const wait = (run: () => void, seen: number, turns: number) =>
    afterArrivals(() => (arrived === seen || turns === mostTurns ? run() : wait(run, arrived, turns + 1)))
  return {
    arrive: () => {
      arrived++
    },
    whenQuiet: (run) => wait(run, arrived, 1),
  }
}
