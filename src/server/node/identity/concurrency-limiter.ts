import { Failure } from '#shared/failure.ts'

export type ConcurrencyLimiter = <T>(task: () => Promise<T>) => Promise<T>

/** Returns a function that runs at most `atOnce` tasks at a time. It throws when `waiting` tasks are already queued. */
export const concurrencyLimiter = (atOnce: number, waiting: number): ConcurrencyLimiter => {
  let running = 0
  const queue: (() => void)[] = []
  return async (task) => {
    if (running >= atOnce) {
      if (queue.length >= waiting) {
        throw new Failure('UNAVAILABLE', 'Too many people sign in at once. Try again in a moment.', { retryAfter: 5 })
      }
      await new Promise<void>((resume) => queue.push(resume))
    } else {
      running++
    }
    try {
      return await task()
    } finally {
      const next = queue.shift()
      if (next) next()
      else running--
    }
  }
}
