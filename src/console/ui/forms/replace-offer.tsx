import { useState } from 'react'
import { Notice } from '#console/ui/feedback/notice.tsx'
import { RelativeTime } from '#console/ui/layout/time.tsx'
import type { Secret } from '#shared/secret.ts'
import { Button } from './button.tsx'

type ReplaceOfferProps = {
  /** The stored secret with this name. */
  existing: Secret
  /** Whether it was stored while the person was editing. */
  meanwhile?: boolean
  pending: boolean
  onReplace: () => void
  onKeep: () => void
}

const day = 86_400_000

/** Asks whether to overwrite a secret, and says who set it. */
export function ReplaceOffer({ existing, meanwhile = false, pending, onReplace, onKeep }: ReplaceOfferProps) {
  const { name, setBy, dtModified } = existing
  const question = meanwhile ? 'Replace it anyway?' : 'Replace it?'
  const choices = (
    <>
      <Button busy={pending} busyLabel="Replacing…" onClick={onReplace}>
        Replace
      </Button>
      <Button disabledReason={pending ? 'Wait until this is done.' : undefined} onClick={onKeep}>
        Keep
      </Button>
    </>
  )
  return (
    <Notice tone="info" actions={choices}>
      <p>
        <code>{name}</code> was set by {setBy.name} <When date={dtModified} />
        {meanwhile && ', after this list was loaded'}. {question}
      </p>
    </Notice>
  )
}

/** A time within a sentence: “on 3 May”, “2 h ago”. */
function When({ date }: { date: string }) {
  const [now] = useState(Date.now)
  return (
    <>
      {now - Date.parse(date) >= day && 'on '}
      <RelativeTime date={date} />
    </>
  )
}
