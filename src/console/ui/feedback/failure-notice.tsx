import { Failure } from '#shared/failure.ts'
import styles from './failure-notice.module.css'
import { formFailure } from './failure-words.ts'
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
        <p className={styles.id}>
          Request <code>{requestId}</code>
        </p>
      )}
    </Notice>
  )
}
