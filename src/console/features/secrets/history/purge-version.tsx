import type { SecretWrites } from '#console/features/secrets/use-secret-writes.ts'
import { useConfirmed } from '#console/features/session/use-confirmed.tsx'
import { ActionDialog } from '#console/ui/dialogs/dialog.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'
import { RelativeTime } from '#console/ui/layout/time.tsx'
import type { SecretVersion } from '#shared/version.ts'

type PurgeVersionProps = {
  name: string
  /** The version to purge; stays set during the closing animation. */
  version: SecretVersion
  open: boolean
  writes: SecretWrites
  onPurged: (version: SecretVersion) => void
  onClose: () => void
  returnFocus: () => HTMLElement | null | undefined
}

/** Asks for confirmation, then erases the value of an old version. */
export function PurgeVersion({ name, version, open, writes, onPurged, onClose, returnFocus }: PurgeVersionProps) {
  const { version: number, dtCreated, setBy } = version
  const confirmed = useConfirmed()
  const purge = useAction(async () => {
    await confirmed(() => writes.purgeVersion(name, number))
    onPurged(version)
  })
  return (
    <ActionDialog
      open={open}
      title={`Purge version ${number} of “${name}”?`}
      description={
        <>
          <p>
            The value that {setBy.name} set <RelativeTime date={dtCreated} /> is erased. It can never be restored.
          </p>
          <p>Workloads get the current version and notice nothing. Backups made until now still have it.</p>
        </>
      }
      confirmLabel={`Purge version ${number}`}
      busyLabel="Purging…"
      action={purge}
      onClose={onClose}
      returnFocus={returnFocus}
    />
  )
}
