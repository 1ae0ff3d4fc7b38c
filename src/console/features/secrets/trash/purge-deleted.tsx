import { useState } from 'react'
import type { SecretWrites } from '#console/features/secrets/use-secret-writes.ts'
import { useConfirmed } from '#console/features/session/use-confirmed.tsx'
import { ActionDialog } from '#console/ui/dialogs/dialog.tsx'
import { TextField } from '#console/ui/forms/text-field.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'
import common from '#console/ui/layout/common.module.css'
import { countWords } from '#console/ui/layout/count-words.ts'
import type { TrashedSecret } from '#shared/trash.ts'

type PurgeDeletedProps = {
  /** The secret to purge; stays set during the closing animation. */
  deleted: TrashedSecret
  open: boolean
  writes: SecretWrites
  onPurged: (deleted: TrashedSecret) => void
  onClose: () => void
  returnFocus: () => HTMLElement | null | undefined
}

/** Asks the person to type the name, then erases a deleted secret. This cannot be undone. */
export function PurgeDeleted({ deleted, open, writes, onPurged, onClose, returnFocus }: PurgeDeletedProps) {
  const { id, name, versions } = deleted
  const [typed, setTyped] = useState('')
  const confirmed = useConfirmed()
  const purge = useAction(async () => {
    await confirmed(() => writes.purge(id))
    onPurged(deleted)
  })
  return (
    <ActionDialog
      open={open}
      title={`Purge “${name}”?`}
      description={
        <>
          <p>
            {versions === 1 ? 'Its value is' : `The values of its ${countWords(versions, 'version')} are`} erased. This
            cannot be undone.
          </p>
          <p>Backups made until now still have {versions === 1 ? 'it' : 'them'}.</p>
        </>
      }
      confirmLabel={<span className={common.oneLine}>Purge {name}</span>}
      busyLabel="Purging…"
      action={purge}
      disabledReason={typed.trim() === name ? undefined : 'Type the name of the secret first.'}
      onClose={onClose}
      returnFocus={returnFocus}
    >
      <TextField
        label={`Type “${name}” to confirm`}
        value={typed}
        onChange={setTyped}
        autoComplete="off"
        spellCheck={false}
        mono
      />
    </ActionDialog>
  )
}
