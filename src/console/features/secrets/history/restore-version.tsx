import { useState } from 'react'
import { notToldYet, PlanInDialog, planMoved } from '#console/features/plans/plan-in-dialog.tsx'
import { decidedBy, usePlan } from '#console/features/plans/use-plan.ts'
import type { SecretWrites } from '#console/features/secrets/use-secret-writes.ts'
import { Dialog } from '#console/ui/dialogs/dialog.tsx'
import { failureWords, hasCode } from '#console/ui/feedback/failure-words.ts'
import { useAction } from '#console/ui/hooks/use-action.ts'
import type { Secret } from '#shared/secret.ts'
import type { SecretVersion } from '#shared/version.ts'

type RestoreVersionProps = {
  secret: Secret
  /** What is asked about; stays while the dialog closes. */
  version: SecretVersion
  open: boolean
  writes: SecretWrites
  onRestored: (version: number, restored: Secret) => void
  onClose: () => void
}

/** Says what giving workloads an old value again touches, and does it: as a new version, whose value nobody sees. */
export function RestoreVersion({ secret, version, open, writes, onRestored, onClose }: RestoreVersionProps) {
  const { name } = secret
  const { version: number } = version
  // What was seen when it was asked: a change that the list has learned of since is still one to ask about.
  const [seen] = useState(secret)
  const [found, setFound] = useState<Secret>()
  const plan = usePlan(`${name} ${number}`, (signal) => writes.planRestoreVersion(name, number, signal))
  const now = found ?? plan.plan?.secret ?? seen

  const restore = useAction(async () => {
    try {
      onRestored(number, await writes.restoreVersion(name, number, now.etag, decidedBy(plan)))
    } catch (error) {
      if (plan.takeNewer(error)) return
      if (!hasCode(error, 'PRECONDITION_FAILED') && !hasCode(error, 'NOT_FOUND')) throw error
      const newer = await writes.refresh(name)
      // The version or the secret is gone.
      if (!newer || hasCode(error, 'NOT_FOUND')) throw error
      setFound(newer)
      const { isSuccess } = await plan.reload()
      // The plan tells it too, from now on.
      if (isSuccess) setFound(undefined)
    }
  })
  const wrong = () => {
    if (restore.error !== undefined) return failureWords(restore.error)
    if (now.etag !== seen.etag) return `It was set by ${now.setBy.name} meanwhile. Restore version ${number} anyway?`
    return plan.isNewer ? planMoved('restore') : undefined
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
      disabledReason={notToldYet(plan)}
      error={wrong()}
      onConfirm={() => void restore.run()}
      onClose={onClose}
    />
  )
}
