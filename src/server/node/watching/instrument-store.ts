import type { Store } from '#server/store/open-store.ts'
import { Failure } from '#shared/failure.ts'

/** One call of the store, once it has ended. The times are in milliseconds, on the clock of `performance.now()`. */
export type StoreCall = {
  /** The name of the call in the port, such as `listSecrets`. */
  operation: string
  start: number
  end: number
  /** `refused` is an answer like any other, such as that there is no such secret; `failed` should not have happened. */
  outcome: 'ok' | 'refused' | 'failed'
  /** The failure's code or the error's class; its message may name what was stored and is not told. */
  error?: string
}

/** The same store, whose calls are told of as they end. Without anybody to tell, use the store itself: it costs less. */
export const instrumentStore = (store: Store, tell: (call: StoreCall) => void): Store => {
  const watched = new Map<string | symbol, unknown>()
  return new Proxy(store, {
    get: (target, name) => {
      const call: unknown = Reflect.get(target, name)
      if (typeof call !== 'function' || typeof name !== 'string') return call
      const run = (args: unknown[]): unknown => Reflect.apply(call, undefined, args)
      if (!watched.has(name)) watched.set(name, watchedCall(name, run, tell))
      return watched.get(name)
    },
  })
}

const watchedCall =
  (operation: string, call: (args: unknown[]) => unknown, tell: (call: StoreCall) => void) =>
  (...args: unknown[]): unknown => {
    const start = performance.now()
    const answer = call(args)
    // What answers at once has not asked the database, and what is read piece by piece takes as long as its reader.
    if (!(answer instanceof Promise)) return answer
    return answer.then(
      (value: unknown) => {
        tell({ operation, start, end: performance.now(), outcome: 'ok' })
        return value
      },
      (error: unknown) => {
        tell({ operation, start, end: performance.now(), ...whatFailed(error) })
        throw error
      },
    )
  }

const whatFailed = (error: unknown): Pick<StoreCall, 'outcome' | 'error'> => {
  if (!(error instanceof Failure)) return { outcome: 'failed', error: error instanceof Error ? error.name : 'unknown' }
  return { outcome: error.status >= 500 ? 'failed' : 'refused', error: error.code }
}
