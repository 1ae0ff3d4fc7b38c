import { useState } from 'react'
import { PlanInDialog, planChangedText, planPendingReason } from '#console/features/plans/plan-in-dialog.tsx'
import { planCondition, usePlan } from '#console/features/plans/use-plan.ts'
import type { SecretWrites } from '#console/features/secrets/use-secret-writes.ts'
import { Dialog } from '#console/ui/dialogs/dialog.tsx'
import { failureWords, hasCode } from '#console/ui/feedback/failure-words.ts'
import { useAction } from '#console/ui/hooks/use-action.ts'
import type { Secret } from '#shared/secret.ts'
import type { SecretVersion } from '#shared/version.ts'

type RestoreVersionProps = {
  secret: Secret
  /** The version to restore; stays set during the closing animation. */
  version: SecretVersion
  open: boolean
  writes: SecretWrites
  onRestored: (version: number, restored: Secret) => void
  onClose: () => void
}

/** Shows what restoring an old value affects, asks for confirmation, and stores the value as a new version. */
export function RestoreVersion({ secret, version, open, writes, onRestored, onClose }: RestoreVersionProps) {
  const { name } = secret
  const { version: number } = version
  // The secret when the dialog opened. The person must confirm to overwrite a later one, even if the list shows it.
  const [initial] = useState(secret)
  const [found, setFound] = useState<Secret>()
  const plan = usePlan(`${name} ${number}`, (signal) => writes.planRestoreVersion(name, number, signal))
  const now = found ?? plan.plan?.secret ?? initial

  const restore = useAction(async () => {
    try {
      onRestored(number, await writes.restoreVersion(name, number, now.etag, planCondition(plan)))
    } catch (error) {
      if (plan.showNewerPlan(error)) return
      if (!hasCode(error, 'PRECONDITION_FAILED') && !hasCode(error, 'NOT_FOUND')) throw error
      const newer = await writes.refresh(name)
      // The version or the secret is gone.
      if (!newer || hasCode(error, 'NOT_FOUND')) throw error
      setFound(newer)
      const { isSuccess } = await plan.reload()
      // The new plan contains the newer secret.
      if (isSuccess) setFound(undefined)
    }
  })
  const errorText = () => {
    if (restore.error !== undefined) return failureWords(restore.error)
    if (now.etag !== initial.etag) return `It was set by ${now.setBy.name} meanwhile. Restore version ${number} anyway?`
    return plan.isNewer ? planChangedText('restore') : undefined
  }
  return (
    <Dialog
      open={open}
      title={`Restore version ${number} of “${name}”?`}
      description={
        <>
          <PlanInDialog {...plan} verb="restore" />
          <p>
            This makes version {now.version + 1} with the value of version {number}, which nobody sees.
          </p>
        </>
      }
      confirmLabel={`Restore version ${number}`}
      busyLabel="Restoring…"
      pending={restore.pending}
      disabledReason={planPendingReason(plan)}
      error={errorText()}
      onConfirm={() => void restore.run()}
      onClose={onClose}
    />
  )
}
