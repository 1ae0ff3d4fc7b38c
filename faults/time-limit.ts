const minute = 60_000

/**
 * The most time for each part of the whole run. On a machine that has much else to do it does less, and says so, rather
 * than take an hour. In milliseconds; nothing here is a promise of the server's.
 */
export const timeFor = { kills: 8 * minute, rounds: 1.5 * minute, damage: 0.3 * minute, trouble: 0.5 * minute }

/** Tells whether there is still time. */
export const timeLimit = (milliseconds: number): (() => boolean) => {
  const end = performance.now() + milliseconds
  return () => performance.now() < end
}

/** How often something was done, in words. */
export const timesLine = (done: number, wanted: number): string => {
  const many = `${done} ${done === 1 ? 'time' : 'times'}`
  return done < wanted ? `${many} of ${wanted}, when its time was over` : many
}
