import { AsyncLocalStorage } from 'node:async_hooks'
import { Failure } from '#shared/failure.ts'

export type ConcurrencyLimiter = {
  /** Runs a task when there is room. Throws `UNAVAILABLE` when too many are queued already. */
  run<T>(task: () => Promise<T>): Promise<T>
  /** Runs a function whose tasks come before those of others, and have a queue of their own. */
  ahead<T>(work: () => Promise<T>): Promise<T>
}

/** Creates a limiter that runs at most `atOnce` tasks at a time. `waiting` is the longest that each of two queues gets. */
export const concurrencyLimiter = (atOnce: number, waiting: number): ConcurrencyLimiter => {
  let running = 0
  const queues = { ahead: [] as (() => void)[], others: [] as (() => void)[] }
  // The task is started by better-auth, which passes nothing on.
  const isAhead = new AsyncLocalStorage<true>()
  return {
    ahead: (work) => isAhead.run(true, work),
    run: async (task) => {
      if (running >= atOnce) {
        const queue = isAhead.getStore() ? queues.ahead : queues.others
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
        const next = queues.ahead.shift() ?? queues.others.shift()
        if (next) next()
        else running--
      }
    },
  }
}
