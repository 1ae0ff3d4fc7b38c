import { Failure } from '#shared/failure.ts'
import { failureWords } from './failure-words.ts'
import styles from './load-failed.module.css'
import { Notice } from './notice.tsx'
import { RetryButton } from './retry-button.tsx'

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
        <p className={styles.id}>
          Request <code>{requestId}</code>
        </p>
      )}
    </Notice>
  )
}
