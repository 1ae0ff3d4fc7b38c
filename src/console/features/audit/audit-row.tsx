import { memo } from 'react'
import { CopyButton } from '#console/ui/forms/copy-button.tsx'
import common from '#console/ui/layout/common.module.css'
import { RelativeTime } from '#console/ui/layout/time.tsx'
import type { AuditRecord } from '#shared/audit/audit-record.ts'
import styles from './audit.module.css'
import { actorName, auditWords } from './audit-words.ts'

/** Number of characters shown of a hash or ID. */
const shownLength = 12

/** Renders one audit record: who did what, when and from where, and its hash. */
export const AuditRow = memo(function AuditRow({ record }: { record: AuditRecord }) {
  const { seq, at, action, from, requestId, hash } = record
  return (
    <li className={styles.row}>
      <p className={styles.what}>
        <span className={common.strong}>{actorName(record)}</span> {auditWords[action].did(record)}
      </p>
      <p className={styles.when}>
        <RelativeTime date={at} />
      </p>
      <div className={styles.proof}>
        <span>No. {seq.toLocaleString('en')}</span>
        {from && <span>from {from}</span>}
        <span title={hash}>
          hash <code>{hash.slice(0, shownLength)}…</code>
        </span>
        {requestId && (
          <span className={styles.request} title={requestId}>
            request <code>{requestId.length > shownLength ? `${requestId.slice(0, shownLength)}…` : requestId}</code>
            <CopyButton text={requestId} label={`Copy request ID of record ${seq}`} />
          </span>
        )}
      </div>
    </li>
  )
})
