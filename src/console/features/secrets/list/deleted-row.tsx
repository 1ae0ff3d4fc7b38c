import { Link } from 'react-router-dom'
import { RestoreRefusal } from '#console/features/secrets/trash/restore-refusal.tsx'
import type { SecretWrites } from '#console/features/secrets/use-secret-writes.ts'
import { hasCode } from '#console/ui/feedback/failure-words.ts'
import { Button } from '#console/ui/forms/button.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'
import common from '#console/ui/layout/common.module.css'
import { CalendarDay } from '#console/ui/layout/time.tsx'
import type { Secret } from '#shared/secret.ts'
import styles from './list.module.css'
import type { Deletion } from './listed-rows.ts'
import { trashAddress } from './secret-address.ts'

type DeletedRowProps = {
  deletion: Deletion
  writes: SecretWrites
  onRestored: (secret: Secret) => void
  onDismiss: () => void
}

/** Renders the placeholder for a row that was just deleted, with a button to undo the deletion. */
export function DeletedRow({ deletion, writes, onRestored, onDismiss }: DeletedRowProps) {
  const { secret, trashed } = deletion
  const { name } = secret
  const undo = useAction(async () => onRestored(await writes.undelete(trashed.id)))
  // The name is taken, or the trash entry has changed: the trash page shows what can be done.
  const linksToTrash = hasCode(undo.error, 'CONFLICT') || hasCode(undo.error, 'NOT_FOUND')
  return (
    <div className={styles.deletedRow}>
      <div>
        <p className={styles.deletedWhat}>
          <span className={styles.deletedName}>{name}</span> was deleted.{' '}
          <span className={common.muted}>
            It is in the trash until <CalendarDay date={trashed.expiresAt} />.
          </span>
        </p>
        {undo.error !== undefined && (
          <p role="alert" className={styles.undoFailed}>
            <RestoreRefusal error={undo.error} name={name} />{' '}
            {linksToTrash && <Link to={trashAddress}>Open the trash</Link>}
          </p>
        )}
      </div>
      <div className={common.rowActions}>
        <Button
          data-action="undo"
          aria-label={`Undo deleting ${name}`}
          busy={undo.pending}
          busyLabel="Undoing…"
          onClick={() => void undo.run()}
        >
          Undo
        </Button>
        <Button
          look="plain"
          data-action="dismiss"
          aria-label={`Dismiss that ${name} was deleted`}
          disabledReason={undo.pending ? 'Wait until this is done.' : undefined}
          onClick={onDismiss}
        >
          Dismiss
        </Button>
      </div>
    </div>
  )
}
