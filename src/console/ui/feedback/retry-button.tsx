import { useLayoutEffect, useRef } from 'react'
import { Button } from '#console/ui/forms/button.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'

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

/** Puts the focus of an element that is about to be removed on the part of the page that the element is in. */
export const handOnFocus = (leaving: HTMLElement): void => {
  if (leaving !== document.activeElement) return
  const part = leaving.closest<HTMLElement>('section, main, [role=dialog], [role=alertdialog]')
  // Once it is gone, and what comes in its place has had its chance to take the focus.
  queueMicrotask(() => {
    const target = part?.isConnected ? part : document.querySelector('main')
    if (!target || document.activeElement !== document.body) return
    target.tabIndex = -1
    target.focus({ preventScroll: true })
  })
}
