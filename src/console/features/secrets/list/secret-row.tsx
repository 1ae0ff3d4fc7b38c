import { memo } from 'react'
import { Button } from '#console/ui/forms/button.tsx'
import { classNames } from '#console/ui/layout/class-names.ts'
import { RelativeTime } from '#console/ui/layout/time.tsx'
import type { ScopeKind } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'
import { LastUse } from './last-use.tsx'
import { OverlapList } from './overlap-list.tsx'
import styles from './secret-row.module.css'
import type { Opened } from './use-opened-rows.ts'

type SecretRowProps = {
  kind: ScopeKind
  secret: Secret
  /** It has just been stored. */
  marked: boolean
  /** It was to be given the value that it has already. */
  unchanged: boolean
  /** Why the person may not change it. */
  denied: string | undefined
  onOpen: (name: string, as: Opened) => void
  onDelete: (secret: Secret) => void
}

/** One stored name: when and by whom it was set and used, what else has it, and what can be done with it. */
export const SecretRow = memo(function SecretRow(props: SecretRowProps) {
  const { kind, secret, marked, unchanged, denied, onOpen, onDelete } = props
  const { name, dtModified, setBy, overlaps = [] } = secret
  return (
    <div className={classNames(styles.row, marked && styles.marked)}>
      <div className={styles.what}>
        <p className={styles.name}>{name}</p>
        <OverlapList own={kind} overlaps={overlaps} />
        {unchanged && <p className={styles.unchanged}>It has this value already; nothing was changed.</p>}
      </div>
      <div className={styles.when}>
        <p>
          set <RelativeTime date={dtModified} /> by {setBy.name}
        </p>
        <LastUse secret={secret} />
      </div>
      <div className={styles.actions}>
        <Button
          look="plain"
          data-action="edit"
          aria-label={`Edit ${name}`}
          disabledReason={denied}
          onClick={() => onOpen(name, 'edit')}
        >
          Edit
        </Button>
        <Button
          look="plain"
          data-action="history"
          aria-label={`History of ${name}`}
          onClick={() => onOpen(name, 'history')}
        >
          History
        </Button>
        <Button
          look="plain"
          data-action="delete"
          aria-label={`Delete ${name}`}
          aria-haspopup="dialog"
          disabledReason={denied}
          onClick={() => onDelete(secret)}
        >
          Delete
        </Button>
      </div>
    </div>
  )
})

/** The row of a name that is being edited, or whose versions are shown. */
export function OpenedRow({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className={styles.opened}>
      <p className={styles.name}>{name}</p>
      {children}
    </div>
  )
}
