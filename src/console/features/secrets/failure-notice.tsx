import { formFailure } from '#console/ui/failure-words.ts'
import { Notice } from '#console/ui/notice.tsx'
import { Failure } from '#shared/failure.ts'
import styles from './secret-form.module.css'

/** Says above a form how its sending failed, unless that is said beside a field. */
export function FailureNotice({ failure }: { failure: unknown }) {
  const form = formFailure(failure, ['name', 'value'])
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
