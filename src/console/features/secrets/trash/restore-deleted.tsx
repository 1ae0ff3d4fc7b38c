import { notToldYet, PlanInDialog, planMoved } from '#console/features/plans/plan-in-dialog.tsx'
import { decidedBy, usePlan } from '#console/features/plans/use-plan.ts'
import { versionCount } from '#console/features/secrets/form/size-words.ts'
import type { SecretWrites } from '#console/features/secrets/use-secret-writes.ts'
import { Dialog } from '#console/ui/dialogs/dialog.tsx'
import { hasCode } from '#console/ui/feedback/failure-words.ts'
import { useAction } from '#console/ui/hooks/use-action.ts'
import type { TrashedSecret } from '#shared/trash.ts'
import { RestoreRefusal } from './restore-refusal.tsx'
import styles from './trash.module.css'

type RestoreDeletedProps = {
  /** What is asked about; stays while the dialog closes. */
  deleted: TrashedSecret
  open: boolean
  writes: SecretWrites
  onRestored: (deleted: TrashedSecret) => void
  onClose: () => void
  returnFocus: () => HTMLElement | null | undefined
}

/** Says what putting a deleted secret back touches, and does it. */
export function RestoreDeleted({ deleted, open, writes, onRestored, onClose, returnFocus }: RestoreDeletedProps) {
  const { id, name, version, versions } = deleted
  const plan = usePlan(id, (signal) => writes.planUndelete(id, signal))
  const restore = useAction(async () => {
    try {
      await writes.undelete(id, decidedBy(plan))
    } catch (error) {
      if (plan.takeNewer(error)) return
      throw error
    }
    onRestored(deleted)
  })
  const refusal = (error: unknown) => <RestoreRefusal error={error} name={name} />
  const isTaken = hasCode(plan.error, 'CONFLICT')
  const wrong = () => {
    if (restore.error !== undefined) return refusal(restore.error)
    return plan.isNewer ? planMoved('restore') : undefined
  }
  return (
    <Dialog
      open={open}
      title={`Restore “${name}”?`}
      description={
        <>
          <PlanInDialog {...plan} verb="restore" refused={isTaken ? refusal(plan.error) : undefined} />
          <p>
            It comes back with {versionCount(versions)}; workloads get version {version} again.
          </p>
        </>
      }
      confirmLabel={<span className={styles.confirm}>Restore {name}</span>}
      busyLabel="Restoring…"
      pending={restore.pending}
      disabledReason={isTaken ? 'Its name is taken.' : notToldYet(plan)}
      error={wrong()}
      onConfirm={() => void restore.run()}
      onClose={onClose}
      returnFocus={returnFocus}
    />
  )
}
