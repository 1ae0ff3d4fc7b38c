import { useLayoutEffect, useRef } from 'react'
import { Button } from '#console/ui/forms/button.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'
import common from '#console/ui/layout/common.module.css'
import { Failure } from '#shared/failure.ts'
import { failureWords, formFailure } from './failure-words.ts'
import { Notice } from './notice.tsx'

/** Shows above a form why submitting failed, unless one of its `fields` shows it. */
export function FailureNotice({ failure, fields }: { failure: unknown; fields: readonly string[] }) {
  const form = formFailure(failure, fields)
  if (form === undefined) return null
  const requestId = failure instanceof Failure ? failure.requestId : undefined
  return (
    <Notice tone="error">
      <p>{form}</p>
      {requestId && (
        <p className={common.detail}>
          Request <code>{requestId}</code>
        </p>
      )}
    </Notice>
  )
}

type LoadFailedProps = {
  /** What could not be loaded, as the subject of a sentence: “The projects”. */
  what: string
  /** The error to show until data arrives. For a query, pass the result of `useLoadError`. */
  error: unknown
  onRetry: () => Promise<unknown>
}

/** Shows in place of missing data what failed, a Retry button and the request id for the administrator. */
export function LoadFailed({ what, error, onRetry }: LoadFailedProps) {
  const requestId = error instanceof Failure ? error.requestId : undefined
  return (
    <Notice tone="error" actions={<RetryButton onRetry={onRetry} />}>
      <p>
        {what} could not be loaded. {failureWords(error)}
      </p>
      {requestId && (
        <p className={common.detail}>
          Request <code>{requestId}</code>
        </p>
      )}
    </Notice>
  )
}

/** Retries a failed request. Shows itself busy only after a press, not during background refetches. */
export function RetryButton({ onRetry }: { onRetry: () => Promise<unknown> }) {
  const button = useRef<HTMLButtonElement>(null)
  const { run, pending } = useAction(async () => {
    await onRetry()
  })
  useLayoutEffect(() => {
    const { current } = button
    return () => {
      if (current) moveFocusToSection(current)
    }
  }, [])
  return (
    <Button ref={button} busy={pending} busyLabel="Retrying…" onClick={() => void run()}>
      Retry
    </Button>
  )
}

/** Moves the focus of an element that is about to be removed to the section that contains it. */
const moveFocusToSection = (element: HTMLElement): void => {
  if (element !== document.activeElement) return
  const section = element.closest<HTMLElement>('section, main, [role=dialog], [role=alertdialog]')
  // Runs after the element is removed and its replacement may have taken the focus.
  queueMicrotask(() => {
    const target = section?.isConnected ? section : document.querySelector('main')
    if (!target || document.activeElement !== document.body) return
    target.tabIndex = -1
    target.focus({ preventScroll: true })
  })
}
