import { useState } from 'react'
import { Dialog } from '#console/ui/dialogs/dialog.tsx'
import { formFailure } from '#console/ui/feedback/failure-words.ts'
import { Select } from '#console/ui/forms/select.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'
import type { ApiKey, MadeApiKey } from '#shared/people/api-key.ts'
import { useApiKeyWrites } from './api-key-queries.ts'

type RenewKeyProps = {
  /** The key to renew; stays set during the closing animation. */
  apiKey: ApiKey
  open: boolean
  onRenewed: (made: MadeApiKey) => void
  onClose: () => void
}

const overlaps = [
  { value: '0', label: 'Not at all' },
  { value: '24', label: 'For 1 day' },
  { value: '168', label: 'For 7 days' },
  { value: '720', label: 'For 30 days' },
] as const

/** Makes the successor of a key. A separate chunk, loaded on first use. */
export function RenewKey({ apiKey, open, onRenewed, onClose }: RenewKeyProps) {
  const writes = useApiKeyWrites()
  const [overlap, setOverlap] = useState<(typeof overlaps)[number]['value']>('24')
  const renew = useAction(async () => {
    onRenewed(await writes.renew(apiKey, { overlapHours: Number(overlap) }))
  })
  return (
    <Dialog
      open={open}
      title={`Renew “${apiKey.name}”`}
      description={<p>Makes a new key with the same name, access and limits, for as long a time.</p>}
      confirmLabel="Renew"
      busyLabel="Renewing…"
      pending={renew.pending}
      failed={renew.error}
      error={formFailure(renew.error, [])}
      onConfirm={() => void renew.run()}
      onClose={onClose}
    >
      <Select
        label="The old key goes on working"
        value={overlap}
        onChange={setOverlap}
        options={overlaps}
        hint="Never longer than it would have."
      />
    </Dialog>
  )
}
