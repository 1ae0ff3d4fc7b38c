import { useState } from 'react'
import { notToldYet, PlanInDialog, planMoved } from '#console/features/plans/plan-in-dialog.tsx'
import { decidedBy, usePlan } from '#console/features/plans/use-plan.ts'
import { useTrashDays } from '#console/features/secrets/trash/use-trash.ts'
import type { SecretWrites } from '#console/features/secrets/use-secret-writes.ts'
import { AlertDialog } from '#console/ui/dialogs/dialog.tsx'
import { failureWords, hasCode } from '#console/ui/feedback/failure-words.ts'
import { useAction } from '#console/ui/hooks/use-action.ts'
import { CalendarDay } from '#console/ui/layout/time.tsx'
import type { Secret } from '#shared/secret.ts'
import type { Trashed } from '#shared/trash.ts'
import styles from './delete-secret.module.css'

type DeleteSecretProps = {
  /** What is asked about; stays while the dialog closes. */
  secret: Secret
  open: boolean
  writes: SecretWrites
  /** With where it is in the trash, unless somebody else was faster. */
  onDeleted: (secret: Secret, trashed?: Trashed) => void
  onClose: () => void
  returnFocus: () => HTMLElement | null | undefined
}

const day = 24 * 3_600_000

/** Asks before a secret is deleted, and says what that touches; a module of its own so that it is loaded when first opened. */
export function DeleteSecret({ secret, open, writes, onDeleted, onClose, returnFocus }: DeleteSecretProps) {
  const { name } = secret
  const plan = usePlan(name, (signal) => writes.planDelete(name, signal))
  const [found, setFound] = useState<Secret>()
  const days = useTrashDays()
  const [until] = useState(() => new Date(Date.now() + days * day).toISOString())
  const now = found ?? plan.plan?.secret ?? secret

  const remove = useAction(async () => {
    try {
      onDeleted(now, await writes.delete(name, now.etag, decidedBy(plan)))
    } catch (error) {
      if (plan.takeNewer(error)) return
      if (!hasCode(error, 'PRECONDITION_FAILED') && !hasCode(error, 'NOT_FOUND')) throw error
      const newer = await writes.find(name)
      // Somebody else was faster: there is nothing left to ask about.
      if (!newer) {
        await writes.refresh(name)
        return onDeleted(now)
      }
      setFound(newer)
      const { isSuccess } = await plan.reload()
      // The plan tells it too, from now on.
      if (isSuccess) setFound(undefined)
    }
  })
  const wrong = () => {
    if (remove.error !== undefined) return failureWords(remove.error)
    if (now.etag !== secret.etag) return `It was set by ${now.setBy.name} after this list was loaded. Delete it anyway?`
    return plan.isNewer ? planMoved() : undefined
  }
  return (
    <AlertDialog
      open={open}
      title={`Are you sure you want to delete “${name}”?`}
      description={
        <>
          <PlanInDialog {...plan} />
          <p>
            It goes to the trash and can be restored until <CalendarDay date={until} />.
          </p>
        </>
      }
      confirmLabel={<span className={styles.confirm}>Delete {name}</span>}
      busyLabel="Deleting…"
      pending={remove.pending}
      disabledReason={notToldYet(plan)}
      error={wrong()}
      onConfirm={() => void remove.run()}
      onClose={onClose}
      returnFocus={returnFocus}
    />
  )
}
