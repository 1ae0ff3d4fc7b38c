import { type RefObject, useRef } from 'react'
import { useConfirmed } from '#console/features/session/use-confirmed.tsx'
import { useClient } from '#console/ui/client-context.tsx'
import { ActionDialog } from '#console/ui/dialogs/dialog.tsx'
import { useAnnounce } from '#console/ui/feedback/announcer.tsx'
import { ignoreNotFound } from '#console/ui/feedback/failure-words.ts'
import { useAction } from '#console/ui/hooks/use-action.ts'
import type { Passkey } from '#shared/people/account.ts'

type DeletePasskeyProps = {
  /** The passkey to delete. It stays set while the dialog closes. */
  passkey: Passkey
  open: boolean
  onClose: () => void
  onDeleted: () => Promise<void>
  /** Element that gets the focus after the deletion, because the row is gone. */
  focusAfter: RefObject<HTMLElement | null>
}

/** Asks for confirmation and deletes a passkey. */
export function DeletePasskey({ passkey, open, onClose, onDeleted, focusAfter }: DeletePasskeyProps) {
  const { id, name } = passkey
  const client = useClient()
  const confirmed = useConfirmed()
  const announce = useAnnounce()
  const deleted = useRef(false)
  const remove = useAction(async () => {
    await confirmed(() => client.account.deletePasskey(id)).catch(ignoreNotFound)
    deleted.current = true
    onClose()
    announce(`Deleted ${name}`)
    await onDeleted()
  })
  return (
    <ActionDialog
      open={open}
      title={`Are you sure you want to delete “${name}”?`}
      description={<p>It does not sign you in any more. What your device keeps of it, you can delete there.</p>}
      confirmLabel={`Delete ${name}`}
      busyLabel="Deleting…"
      action={remove}
      onClose={onClose}
      returnFocus={() => (deleted.current ? focusAfter.current : undefined)}
    />
  )
}
