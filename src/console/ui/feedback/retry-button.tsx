import { useLayoutEffect, useRef } from 'react'
import { Button } from '#console/ui/forms/button.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'
import { handOnFocus } from './focus-after-retry.ts'

/** Asks again for what could not be loaded. It is busy by being pressed, not by what the page asks for by itself. */
export function RetryButton({ onRetry }: { onRetry: () => Promise<unknown> }) {
  const button = useRef<HTMLButtonElement>(null)
  const { run, pending } = useAction(async () => {
    await onRetry()
  })
  useLayoutEffect(() => {
    const { current } = button
    return () => {
      if (current) handOnFocus(current)
    }
  }, [])
  return (
    <Button ref={button} busy={pending} busyLabel="Retrying…" onClick={() => void run()}>
      Retry
    </Button>
  )
}
