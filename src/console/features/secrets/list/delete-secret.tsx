import { useState } from 'react'
import { PlanInDialog, planChangedText, planPendingReason } from '#console/features/plans/plan-in-dialog.tsx'
import { planCondition, usePlan } from '#console/features/plans/use-plan.ts'
import { useTrashDays } from '#console/features/secrets/trash/use-trash.ts'
import type { SecretWrites } from '#console/features/secrets/use-secret-writes.ts'
import { AlertDialog } from '#console/ui/dialogs/dialog.tsx'
import { failureWords, hasCode } from '#console/ui/feedback/failure-words.ts'
import { useAction } from '#console/ui/hooks/use-action.ts'
import common from '#console/ui/layout/common.module.css'
import { CalendarDay } from '#console/ui/layout/time.tsx'
import type { Secret } from '#shared/secret.ts'
import type { Trashed } from '#shared/trash.ts'

type DeleteSecretProps = {
  /** The secret to delete; stays set during the closing animation. */
  secret: Secret
  open: boolean
  writes: SecretWrites
  /** Receives the trash entry, unless another user deleted the secret first. */
  onDeleted: (secret: Secret, trashed?: Trashed) => void
  onClose: () => void
  returnFocus: () => HTMLElement | null | undefined
}

const day = 24 * 3_600_000

/** Shows what deleting a secret affects, asks for confirmation, and deletes it. A separate chunk, loaded on first use. */
export function DeleteSecret({ secret, open, writes, onDeleted, onClose, returnFocus }: DeleteSecretProps) {
  const { name } = secret
  const plan = usePlan(name, (signal) => writes.planDelete(name, signal))
  const [found, setFound] = useState<Secret>()
  const days = useTrashDays()
  const [until] = useState(() => new Date(Date.now() + days * day).toISOString())
  const now = found ?? plan.plan?.secret ?? secret

  const remove = useAction(async () => {
    try {
      onDeleted(now, await writes.delete(name, now.etag, planCondition(plan)))
    } catch (error) {
      if (plan.showNewerPlan(error)) return
      if (!hasCode(error, 'PRECONDITION_FAILED') && !hasCode(error, 'NOT_FOUND')) throw error
      const newer = await writes.find(name)
      // Somebody else deleted it first: nothing is left to confirm.
      if (!newer) {
        await writes.refresh(name)
        return onDeleted(now)
      }
      setFound(newer)
      const { isSuccess } = await plan.reload()
      // The new plan contains the newer secret.
      if (isSuccess) setFound(undefined)
    }
  })
  const errorText = () => {
    if (remove.error !== undefined) return failureWords(remove.error)
    if (now.etag !== secret.etag) return `It was set by ${now.setBy.name} after this list was loaded. Delete it anyway?`
    return plan.isNewer ? planChangedText() : undefined
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
      confirmLabel={<span className={common.oneLine}>Delete {name}</span>}
      busyLabel="Deleting…"
      pending={remove.pending}
      disabledReason={planPendingReason(plan)}
      error={errorText()}
      onConfirm={() => void remove.run()}
      onClose={onClose}
      returnFocus={returnFocus}
    />
  )
}
