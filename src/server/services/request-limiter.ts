import { Failure } from '#shared/failure.ts'
import { type BucketSize, tokenBuckets } from './token-buckets.ts'

/** Throws `TOO_MANY_REQUESTS` when requests under `key` come faster than the server allows for each of them. */
export type AdmitRequest = (key: string) => void

/**
 * Bounds the requests of each person, each API key and each block of addresses without a sign-in, in this process. Without
 * a size, nothing is bounded. Refusals have the header fields of the IETF's draft “RateLimit header fields for HTTP”.
 */
export const requestLimiter = (size: BucketSize | undefined, now: () => number): AdmitRequest => {
  if (!size) return () => {}
  const { take } = tokenBuckets(size, now)
  const policy = `"requests";q=${size.burst};w=${Math.max(1, Math.ceil(size.burst / size.rate))}`
  return (key) => {
    const wait = take(key)
    if (wait === 0) return
    const retryAfter = Math.ceil(wait / 1000)
    const headers = { 'ratelimit-policy': policy, ratelimit: `"requests";r=0;t=${retryAfter}` }
    throw new Failure(
      'TOO_MANY_REQUESTS',
      `Too many requests at once: at most ${size.rate} a second are answered for one person or key. Send fewer, and retry.`,
      { retryAfter, headers },
    )
  }
}
