import { useState } from 'react'
import { AlertDialog } from '#console/ui/alert-dialog.tsx'
import { failureWords, hasCode } from '#console/ui/failure-words.ts'
import { useAction } from '#console/ui/use-action.ts'
import type { ScopeKind } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'
import { deleteConsequence } from './delete-consequence.ts'
import styles from './delete-secret.module.css'
import type { SecretWrites } from './use-secret-writes.ts'

type DeleteSecretProps = {
  kind: ScopeKind
  /** What is asked about; stays while the dialog closes. */
  secret: Secret
  open: boolean
  writes: SecretWrites
  onDeleted: (name: string) => void
  onClose: () => void
  returnFocus: () => HTMLElement | null | undefined
}

/** Asks before a secret is deleted, and says what workloads get afterwards. */
export function DeleteSecret({ kind, secret, open, writes, onDeleted, onClose, returnFocus }: DeleteSecretProps) {
  const { name } = secret
  const [newer, setNewer] = useState<Secret>()

  const remove = useAction(async () => {
    try {
      await writes.delete(name, (newer ?? secret).etag)
      onDeleted(name)
    } catch (error) {
      if (!hasCode(error, 'PRECONDITION_FAILED') && !hasCode(error, 'NOT_FOUND')) throw error
      const now = await writes.find(name)
      // Somebody else was faster: there is nothing left to ask about.
      if (!now) {
        await writes.refresh(name)
        return onDeleted(name)
      }
      setNewer(now)
    }
  })
  const error = remove.error === undefined ? undefined : failureWords(remove.error)
  return (
    <AlertDialog
      open={open}
      title={`Are you sure you want to delete “${name}”?`}
      description={deleteConsequence(kind, (newer ?? secret).overlaps ?? [])}
      confirmLabel={<span className={styles.confirm}>Delete {name}</span>}
      busyLabel="Deleting…"
      pending={remove.pending}
      error={error ?? (newer && `It was set by ${newer.setBy.name} after this list was loaded. Delete it anyway?`)}
      onConfirm={() => void remove.run()}
      onClose={onClose}
      returnFocus={returnFocus}
    />
  )
}
