import { memo } from 'react'
import { Button } from '#console/ui/button.tsx'
import { classNames } from '#console/ui/class-names.ts'
import { RelativeTime } from '#console/ui/relative-time.tsx'
import type { ScopeKind } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'
import { LastUse } from './last-use.tsx'
import { OverlapList } from './overlap-list.tsx'
import styles from './secret-row.module.css'

type SecretRowProps = {
  kind: ScopeKind
  secret: Secret
  /** It has just been stored. */
  marked: boolean
  /** Why the person may not change it. */
  denied: string | undefined
  onEdit: (name: string) => void
  onDelete: (secret: Secret) => void
}

/** One stored name: when and by whom it was set and used, what else has it, and what can be done with it. */
export const SecretRow = memo(function SecretRow(props: SecretRowProps) {
  const { kind, secret, marked, denied, onEdit, onDelete } = props
  const { name, dtModified, setBy, overlaps = [] } = secret
  return (
    <div className={classNames(styles.row, marked && styles.marked)}>
      <div className={styles.what}>
        <p className={styles.name}>{name}</p>
        <OverlapList own={kind} overlaps={overlaps} />
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
          onClick={() => onEdit(name)}
        >
          Edit
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

/** The row of a name that is being edited. */
export function EditedRow({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div className={styles.edited}>
      <p className={styles.name}>{name}</p>
      {children}
    </div>
  )
}
