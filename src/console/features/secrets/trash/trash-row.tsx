import { useId } from 'react'
import { Button } from '#console/ui/forms/button.tsx'
import common from '#console/ui/layout/common.module.css'
import { countWords } from '#console/ui/layout/count-words.ts'
import { CalendarDay, RelativeTime } from '#console/ui/layout/time.tsx'
import type { TrashedSecret } from '#shared/trash.ts'
import styles from './trash.module.css'

type TrashRowProps = {
  deleted: TrashedSecret
  denied: string | undefined
  onRestore: (deleted: TrashedSecret) => void
  onPurge: (deleted: TrashedSecret) => void
}

/** Renders one deleted secret: its number of versions, when and by whom it was deleted, and when it expires. */
export function TrashRow({ deleted, denied, onRestore, onPurge }: TrashRowProps) {
  const { name, versions, dtDeleted, deletedBy, expiresAt } = deleted
  // The same name may be in the trash several times; the time tells the buttons apart.
  const when = useId()
  const described = denied === undefined ? { 'aria-describedby': when } : {}
  return (
    <div className={styles.row}>
      <div className={styles.what}>
        <p className={styles.name}>{name}</p>
        <p className={common.detail}>with {countWords(versions, 'version')}</p>
      </div>
      <div className={styles.when}>
        <p id={when}>
          deleted <RelativeTime date={dtDeleted} /> by {deletedBy.name}
        </p>
        <p className={common.detail}>
          gone on <CalendarDay date={expiresAt} />
        </p>
      </div>
      <div className={common.rowActions}>
        <Button
          look="plain"
          data-action="restore"
          aria-label={`Restore ${name}`}
          {...described}
          aria-haspopup="dialog"
          disabledReason={denied}
          onClick={() => onRestore(deleted)}
        >
          Restore
        </Button>
        <Button
          look="plain"
          data-action="purge"
          aria-label={`Purge… ${name}`}
          {...described}
          aria-haspopup="dialog"
          disabledReason={denied}
          onClick={() => onPurge(deleted)}
        >
          Purge…
        </Button>
      </div>
    </div>
  )
}
