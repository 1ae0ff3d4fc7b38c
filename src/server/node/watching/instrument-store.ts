import type { Store } from '#server/store/open-store.ts'
import { Failure } from '#shared/failure.ts'

/** A completed call of the store. The times are in milliseconds, on the clock of `performance.now()`. */
export type StoreCall = {
  /** The name of the store's method, such as `listSecrets`. */
  operation: string
  start: number
  end: number
  /** `refused` is an expected failure, such as a missing secret; `failed` is an unexpected one. */
  outcome: 'ok' | 'refused' | 'failed'
  /** The failure's code or the error's class. The message is left out, because it may contain stored data. */
  error?: string
}

/** Wraps a store and reports every completed call. Without a consumer, use the store itself, which is cheaper. */
export const instrumentStore = (store: Store, report: (call: StoreCall) => void): Store => {
  const wrapped = new Map<string | symbol, unknown>()
  return new Proxy(store, {
    get: (target, name) => {
      const call: unknown = Reflect.get(target, name)
      if (typeof call !== 'function' || typeof name !== 'string') return call
      const run = (args: unknown[]): unknown => Reflect.apply(call, undefined, args)
      if (!wrapped.has(name)) wrapped.set(name, instrumentCall(name, run, report))
      return wrapped.get(name)
    },
  })
}

const instrumentCall =
  (operation: string, call: (args: unknown[]) => unknown, report: (call: StoreCall) => void) =>
  (...args: unknown[]): unknown => {
    const start = performance.now()
    const answer = call(args)
    // A synchronous result involves no query, and an async iterable takes as long as its reader.
    if (!(answer instanceof Promise)) return answer
    return answer.then(
      (value: unknown) => {
        report({ operation, start, end: performance.now(), outcome: 'ok' })
        return value
      },
      (error: unknown) => {
        report({ operation, start, end: performance.now(), ...outcomeOf(error) })
        throw error
      },
    )
  }

const outcomeOf = (error: unknown): Pick<StoreCall, 'outcome' | 'error'> => {
  if (!(error instanceof Failure)) return { outcome: 'failed', error: error instanceof Error ? error.name : 'unknown' }
  return { outcome: error.status >= 500 ? 'failed' : 'refused', error: error.code }
}
