import { useCallback, useRef, useState } from 'react'

/** Thrown through an action that the person has called off: nothing has failed, and nothing is said. */
export class ActionCancelled extends Error {
  override readonly name = 'ActionCancelled'
}

/**
 * Runs an action one at a time, and tells whether it is running and how it failed.
 * What the action is called with is kept nowhere, so it may be a password. {@link ActionCancelled} is no failure.
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
