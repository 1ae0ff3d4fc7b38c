import { useLayoutEffect, useRef } from 'react'
import { Button } from '#console/ui/forms/button.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'
import { Failure } from '#shared/failure.ts'
import { failureWords, formFailure } from './failure-words.ts'
import styles from './feedback.module.css'
import { Notice } from './notice.tsx'

/** Says above a form how its sending failed, unless that is said beside one of its `fields`. */
export function FailureNotice({ failure, fields }: { failure: unknown; fields: readonly string[] }) {
  const form = formFailure(failure, fields)
  if (form === undefined) return null
  const requestId = failure instanceof Failure ? failure.requestId : undefined
  return (
    <Notice tone="error">
      <p>{form}</p>
      {requestId && (
        <p className={styles.requestId}>
          Request <code>{requestId}</code>
        </p>
      )}
    </Notice>
  )
}

type LoadFailedProps = {
  /** What could not be loaded: “The projects”. */
  what: string
  /** To be kept until there is an answer; of a query, see `useLoadError`. */
  error: unknown
  onRetry: () => Promise<unknown>
}

/** Stands where something should have been: what happened, a way on, and what to tell the administrator. */
export function LoadFailed({ what, error, onRetry }: LoadFailedProps) {
  const requestId = error instanceof Failure ? error.requestId : undefined
  return (
    <Notice tone="error" actions={<RetryButton onRetry={onRetry} />}>
      <p>
        {what} could not be loaded. {failureWords(error)}
      </p>
      {requestId && (
        <p className={styles.requestId}>
          Request <code>{requestId}</code>
        </p>
      )}
    </Notice>
  )
}

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
const handOnFocus = (leaving: HTMLElement): void => {
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
