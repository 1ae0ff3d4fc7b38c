import { useId, useRef, useState } from 'react'
import { useConfirmed } from '#console/features/session/use-confirmed.tsx'
import { AlertDialog, Dialog } from '#console/ui/dialogs/dialog.tsx'
import { useAnnounce } from '#console/ui/feedback/announcer.tsx'
import { failureWords, fieldFailure, formFailure } from '#console/ui/feedback/failure-words.ts'
import { Button } from '#console/ui/forms/button.tsx'
import { TextField } from '#console/ui/forms/text-field.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'
import common from '#console/ui/layout/common.module.css'
import { countWords } from '#console/ui/layout/count-words.ts'
import { CalendarDay, RelativeTime } from '#console/ui/layout/time.tsx'
import type { DeletedScope } from '#shared/trash.ts'
import styles from './deleted.module.css'

type DeletedListProps = {
  /** What one of them is called: “project”. */
  one: string
  label: string
  items: readonly DeletedScope[]
  /** Whether something else may have the name by now, so that another one is asked for. */
  mayBeTaken: boolean
  restore: (item: DeletedScope, name: string | undefined) => Promise<void>
  erase: (item: DeletedScope) => Promise<void>
}

/** Renders deleted teams, projects or clusters, with buttons to restore and to erase them. */
export function DeletedList({ one, label, items, mayBeTaken, restore, erase }: DeletedListProps) {
  const area = useRef<HTMLDivElement>(null)
  const announce = useAnnounce()
  const finish = (what: string) => {
    announce(what)
    // The row with the button goes away.
    area.current?.focus()
  }
  return (
    <div ref={area} tabIndex={-1}>
      <ul aria-label={label} className={`${common.rows} ${styles.rows}`}>
        {items.map((item) => (
          <DeletedRow
            key={item.id}
            {...{ one, item, mayBeTaken }}
            restore={async (name) => {
              await restore(item, name)
              finish(`Restored ${name ?? item.name}`)
            }}
            erase={async () => {
              await erase(item)
              finish(`Erased ${item.name}`)
            }}
          />
        ))}
      </ul>
    </div>
  )
}

type DeletedRowProps = {
  one: string
  item: DeletedScope
  mayBeTaken: boolean
  restore: (name: string | undefined) => Promise<void>
  erase: () => Promise<void>
}

function DeletedRow({ one, item, mayBeTaken, restore, erase }: DeletedRowProps) {
  const [asking, setAsking] = useState<'restore' | 'erase'>()
  const [name, setName] = useState(item.name)
  const [typed, setTyped] = useState('')
  const when = useId()
  const confirmed = useConfirmed()
  const close = () => setAsking(undefined)
  const restoring = useAction(async () => {
    await confirmed(() => restore(name.trim() === item.name ? undefined : name.trim()))
    close()
  })
  const erasing = useAction(async () => {
    await confirmed(erase)
    close()
  })
  const ask = (what: 'restore' | 'erase') => {
    setName(item.name)
    setTyped('')
    restoring.forget()
    erasing.forget()
    setAsking(what)
  }
  const content = item.secrets === 0 ? 'no secrets' : countWords(item.secrets, 'secret')
  return (
    <li className={styles.row}>
      <div className={styles.what}>
        <p className={styles.name}>{item.name}</p>
        <p className={common.detail}>with {content}</p>
      </div>
      <div className={styles.when}>
        <p id={when}>
          deleted <RelativeTime date={item.dtDeleted} /> by {item.deletedBy.name}
        </p>
        <p className={common.detail}>
          gone on <CalendarDay date={item.expiresAt} />
        </p>
      </div>
      <div className={common.rowActions}>
        <Button
          look="plain"
          aria-label={`Restore ${item.name}`}
          aria-describedby={when}
          aria-haspopup="dialog"
          onClick={() => ask('restore')}
        >
          Restore
        </Button>
        <Button
          look="plain"
          aria-label={`Erase… ${item.name}`}
          aria-describedby={when}
          aria-haspopup="dialog"
          onClick={() => ask('erase')}
        >
          Erase…
        </Button>
      </div>
      <Dialog
        open={asking === 'restore'}
        title={`Restore “${item.name}”?`}
        description={<p>The {one} comes back with everything in it: secrets, versions, access and keys.</p>}
        confirmLabel={`Restore ${one}`}
        busyLabel="Restoring…"
        pending={restoring.pending}
        failed={restoring.error}
        error={formFailure(restoring.error, mayBeTaken ? ['name'] : [])}
        onConfirm={() => void restoring.run()}
        onClose={close}
      >
        {mayBeTaken && (
          <TextField
            label="Name"
            value={name}
            onChange={setName}
            error={fieldFailure(restoring.error, 'name')}
            autoComplete="off"
            required
          />
        )}
      </Dialog>
      <AlertDialog
        open={asking === 'erase'}
        title={`Erase “${item.name}”?`}
        description={<p>The {one} and everything in it are erased for good. This cannot be undone.</p>}
        confirmLabel={`Erase ${one}`}
        busyLabel="Erasing…"
        pending={erasing.pending}
        disabledReason={typed.trim() === item.name ? undefined : `Type the name of the ${one} first.`}
        error={erasing.error === undefined ? undefined : failureWords(erasing.error)}
        onConfirm={() => void erasing.run()}
        onClose={close}
      >
        <TextField
          label={`Type “${item.name}” to confirm`}
          value={typed}
          onChange={setTyped}
          autoComplete="off"
          spellCheck={false}
        />
      </AlertDialog>
    </li>
  )
}
