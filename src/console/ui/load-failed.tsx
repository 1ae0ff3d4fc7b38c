import { Failure } from '#shared/failure.ts'
import { Button } from './button.tsx'
import { failureWords } from './failure-words.ts'
import styles from './load-failed.module.css'
import { Notice } from './notice.tsx'

type LoadFailedProps = {
  /** What could not be loaded: “The projects”. */
  what: string
  error: unknown
  onRetry: () => void
  retrying?: boolean
}

/** Stands where something should have been: what happened, a way on, and what to tell the administrator. */
export function LoadFailed({ what, error, onRetry, retrying = false }: LoadFailedProps) {
  const requestId = error instanceof Failure ? error.requestId : undefined
  const retry = (
    <Button busy={retrying} busyLabel="Retrying…" onClick={onRetry}>
      Retry
    </Button>
  )
  return (
    <Notice tone="error" actions={retry}>
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
