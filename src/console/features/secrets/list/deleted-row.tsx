import { Link } from 'react-router-dom'
import { RestoreRefusal } from '#console/features/secrets/trash/restore-refusal.tsx'
import type { SecretWrites } from '#console/features/secrets/use-secret-writes.ts'
import { hasCode } from '#console/ui/feedback/failure-words.ts'
import { Button } from '#console/ui/forms/button.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'
import { CalendarDay } from '#console/ui/layout/time.tsx'
import type { Secret } from '#shared/secret.ts'
import styles from './deleted-row.module.css'
import type { Deletion } from './listed-rows.ts'
import { trashAddress } from './secret-view.ts'

type DeletedRowProps = {
  deletion: Deletion
  writes: SecretWrites
  onRestored: (secret: Secret) => void
  onDismiss: () => void
}

/** Stands in the place of a row that was just deleted, and takes the deletion back. */
export function DeletedRow({ deletion, writes, onRestored, onDismiss }: DeletedRowProps) {
  const { secret, trashed } = deletion
  const { name } = secret
  const undo = useAction(async () => onRestored(await writes.undelete(trashed.id)))
  // Its name is taken, so that it may be restored later; or it is not where it was.
  const endsInTrash = hasCode(undo.error, 'CONFLICT') || hasCode(undo.error, 'NOT_FOUND')
  return (
    <div className={styles.row}>
      <div>
        <p className={styles.what}>
          <span className={styles.name}>{name}</span> was deleted.{' '}
          <span className={styles.until}>
            It is in the trash until <CalendarDay date={trashed.expiresAt} />.
          </span>
        </p>
        {undo.error !== undefined && (
          <p role="alert" className={styles.failed}>
            <RestoreRefusal error={undo.error} name={name} />{' '}
            {endsInTrash && <Link to={trashAddress}>Open the trash</Link>}
          </p>
        )}
      </div>
      <div className={styles.actions}>
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
