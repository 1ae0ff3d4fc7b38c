import { ActionDialog } from '#console/ui/dialogs/dialog.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'
import common from '#console/ui/layout/common.module.css'
import { RelativeTime } from '#console/ui/layout/time.tsx'
import type { ApiKey } from '#shared/people/api-key.ts'
import { useApiKeyWrites } from './api-key-queries.ts'

type RevokeKeyProps = {
  /** The key to revoke; stays set during the closing animation. */
  apiKey: ApiKey
  open: boolean
  onRevoked: (apiKey: ApiKey) => void
  onClose: () => void
  returnFocus: () => HTMLElement | null | undefined
}

/** Asks for confirmation, then revokes a key. */
export function RevokeKey({ apiKey, open, onRevoked, onClose, returnFocus }: RevokeKeyProps) {
  const { name, lastUsed } = apiKey
  const writes = useApiKeyWrites()
  const revoke = useAction(async () => {
    await writes.revoke(apiKey)
    onRevoked(apiKey)
  })
  return (
    <ActionDialog
      open={open}
      title={`Are you sure you want to revoke “${name}”?`}
      description={
        <>
          <p>
            Whatever uses it is refused from its next request on. Keys that were made with it are revoked, too. This
            cannot be undone.
          </p>
          <p>
            {lastUsed ? (
              <>
                It was last used <RelativeTime date={lastUsed.at} /> from {lastUsed.from}.
              </>
            ) : (
              'It has never been used.'
            )}
          </p>
        </>
      }
      confirmLabel={<span className={common.oneLine}>Revoke {name}</span>}
      busyLabel="Revoking…"
      action={revoke}
      onClose={onClose}
      returnFocus={returnFocus}
    />
  )
}
