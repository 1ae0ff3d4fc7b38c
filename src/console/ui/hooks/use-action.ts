import { useCallback, useRef, useState } from 'react'

/** Thrown by an action that the person cancelled. It is not shown as an error. */
export class ActionCancelled extends Error {
  override readonly name = 'ActionCancelled'
}

/**
 * Runs an action, one call at a time, and returns whether it is running and its last error. Does not store the
 * arguments, so they may contain a password. {@link ActionCancelled} does not count as an error.
 */
export const useAction = <Args extends unknown[]>(action: (...args: Args) => Promise<void>) => {
  const [pending, setPending] = useState(false)
  const [error, setError] = useState<unknown>()
  const running = useRef(false)
  const run = async (...args: Args) => {
    if (running.current) return
    running.current = true
    setPending(true)
    setError(undefined)
    try {
      await action(...args)
    } catch (thrown) {
      if (!(thrown instanceof ActionCancelled)) setError(thrown)
    } finally {
      running.current = false
      setPending(false)
    }
  }
  const forget = useCallback(() => setError(undefined), [])
  return { run, pending, error, forget }
}
