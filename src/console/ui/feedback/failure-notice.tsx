import { Failure } from '#shared/failure.ts'
import { failureWords, formFailure } from './failure-words.ts'
import styles from './feedback.module.css'
import { Notice } from './notice.tsx'
import { RetryButton } from './retry-button.tsx'

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
