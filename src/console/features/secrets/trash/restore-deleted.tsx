import { PlanInDialog, planChangedText, planPendingReason } from '#console/features/plans/plan-in-dialog.tsx'
import { planCondition, usePlan } from '#console/features/plans/use-plan.ts'
import type { SecretWrites } from '#console/features/secrets/use-secret-writes.ts'
import { Dialog } from '#console/ui/dialogs/dialog.tsx'
import { hasCode } from '#console/ui/feedback/failure-words.ts'
import { useAction } from '#console/ui/hooks/use-action.ts'
import common from '#console/ui/layout/common.module.css'
import { countWords } from '#console/ui/layout/count-words.ts'
import type { TrashedSecret } from '#shared/trash.ts'
import { RestoreRefusal } from './restore-refusal.tsx'

type RestoreDeletedProps = {
  /** The secret to restore; stays set during the closing animation. */
  deleted: TrashedSecret
  open: boolean
  writes: SecretWrites
  onRestored: (deleted: TrashedSecret) => void
  onClose: () => void
  returnFocus: () => HTMLElement | null | undefined
}

/** Shows what restoring a deleted secret affects, asks for confirmation, and restores it. */
export function RestoreDeleted({ deleted, open, writes, onRestored, onClose, returnFocus }: RestoreDeletedProps) {
  const { id, name, version, versions } = deleted
  const plan = usePlan(id, (signal) => writes.planUndelete(id, signal))
  const restore = useAction(async () => {
    try {
      await writes.undelete(id, planCondition(plan))
    } catch (error) {
      if (plan.showNewerPlan(error)) return
      throw error
    }
    onRestored(deleted)
  })
  const refusal = (error: unknown) => <RestoreRefusal error={error} name={name} />
  const isTaken = hasCode(plan.error, 'CONFLICT')
  const errorText = () => {
    if (restore.error !== undefined) return refusal(restore.error)
    return plan.isNewer ? planChangedText('restore') : undefined
  }
  return (
    <Dialog
      open={open}
      title={`Restore “${name}”?`}
      description={
        <>
          <PlanInDialog {...plan} verb="restore" refused={isTaken ? refusal(plan.error) : undefined} />
          <p>
            It comes back with {countWords(versions, 'version')}; workloads get version {version} again.
          </p>
        </>
      }
      confirmLabel={<span className={common.oneLine}>Restore {name}</span>}
      busyLabel="Restoring…"
      pending={restore.pending}
      disabledReason={isTaken ? 'Its name is taken.' : planPendingReason(plan)}
      error={errorText()}
      onConfirm={() => void restore.run()}
      onClose={onClose}
      returnFocus={returnFocus}
    />
  )
}
