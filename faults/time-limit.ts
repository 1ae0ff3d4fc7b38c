const minute = 60_000

/**
 * Time limits for the parts of a full run, in milliseconds. On a busy machine a part does less, and reports it, instead
 * of taking an hour. They are not promises of the server.
 */
export const timeFor = { kills: 8 * minute, rounds: 1.5 * minute, damage: 0.3 * minute, trouble: 0.5 * minute }

/** Returns a function that returns whether there is time left. */
export const timeLimit = (milliseconds: number): (() => boolean) => {
  const end = performance.now() + milliseconds
  return () => performance.now() < end
}

/** Formats how often something was done. */
export const timesLine = (done: number, wanted: number): string => {
  const many = `${done} ${done === 1 ? 'time' : 'times'}`
  return done < wanted ? `${many} of ${wanted}, until the time limit` : many
}
