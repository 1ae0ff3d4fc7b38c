/** `rate` tokens come back each second, up to `burst`. */
export type BucketSize = { rate: number; burst: number }

export type TokenBuckets = {
  /** Takes a token from the bucket of `key`. Returns 0, or the milliseconds until there is one. */
  take(key: string): number
}

/** The number of buckets from which on full ones are removed: a full bucket is the same as none. */
const sweepFrom = 10_000

/**
 * Returns buckets of tokens, one for each key, in the memory of this process. Each bucket is one number, the time at which
 * it is full again, so that taking a token costs a lookup and a write.
 */
export const tokenBuckets = ({ rate, burst }: BucketSize, now: () => number): TokenBuckets => {
  const interval = 1000 / rate
  const capacity = burst * interval
  const fullAt = new Map<string, number>()
  let sweepAt = sweepFrom

  const sweep = (at: number) => {
    for (const [key, full] of fullAt) if (full <= at || full - at > capacity) fullAt.delete(key)
    // Each bucket pays for one sweep, however many are in use.
    sweepAt = Math.max(sweepFrom, fullAt.size * 2)
  }

  return {
    take: (key) => {
      const at = now()
      const known = fullAt.get(key)
      // A bucket that fills later than an empty one was used before the clock was set back.
      const full = known === undefined || known < at || known - at > capacity ? at : known
      const wait = full - at + interval - capacity
      // Tolerates the error of adding fractions.
      if (wait > 1e-6) return wait
      if (known === undefined && fullAt.size >= sweepAt) sweep(at)
      fullAt.set(key, full + interval)
      return 0
    },
  }
}
