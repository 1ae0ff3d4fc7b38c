import { ChevronDown } from 'lucide-react'
import { useId } from 'react'
import { loadWhenOpened } from '#console/ui/feedback/load-when-opened.tsx'
import { Button } from '#console/ui/forms/button.tsx'
import { useNow } from '#console/ui/hooks/use-now.ts'
import common from '#console/ui/layout/common.module.css'
import type { KeyDraft } from './key-draft.ts'
import styles from './key-options.module.css'
import { draftWords } from './key-words.ts'

const Options = loadWhenOpened(async () => (await import('./key-options.tsx')).KeyOptions)

type KeyOptionsOpenerProps = {
  open: boolean
  onOpenChange: (open: boolean) => void
  draft: KeyDraft
  onChange: (change: Partial<KeyDraft>) => void
  error: unknown
  /** The reason why the person may not create keys. */
  denied: string | undefined
  /** Whether the key may belong to the team. */
  ofTeam: boolean
}

/** Renders a summary of a new key's options, and a button that opens the options. */
export function KeyOptionsOpener({
  open,
  onOpenChange,
  draft,
  onChange,
  error,
  denied,
  ofTeam,
}: KeyOptionsOpenerProps) {
  const id = useId()
  const now = useNow()
  return (
    <>
      <div className={styles.opener}>
        <Button
          look="plain"
          aria-expanded={open}
          aria-controls={open ? id : undefined}
          disabledReason={denied}
          onClick={() => onOpenChange(!open)}
        >
          <ChevronDown aria-hidden size={16} className={open ? styles.up : undefined} />
          Options
        </Button>
        {!open && <span className={common.note}>{draftWords(draft, now)}</span>}
      </div>
      <Options
        open={open}
        onClose={() => onOpenChange(false)}
        id={id}
        draft={draft}
        onChange={onChange}
        error={error}
        ofTeam={ofTeam}
      />
    </>
  )
}
