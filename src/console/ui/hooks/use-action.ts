import { useCallback, useRef, useState } from 'react'
import { CalledOff } from '#console/ui/dialogs/action-cancelled.ts'

/**
 * Runs an action one at a time, and tells whether it is running and how it failed.
 * What the action is called with is kept nowhere, so it may be a password. {@link CalledOff} is no failure.
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
      if (!(thrown instanceof CalledOff)) setError(thrown)
    } finally {
      running.current = false
      setPending(false)
    }
  }
  const forget = useCallback(() => setError(undefined), [])
  return { run, pending, error, forget }
}
