import { Check, Copy } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useAnnounce } from '#console/ui/feedback/announcer.tsx'
import { Button } from './button.tsx'
import styles from './copy-button.module.css'
import { copyText } from './copy-text.ts'

type CopyButtonProps = {
  text: string
  /** Names the button: “Copy ID”. */
  label: string
  /** Shows the label, not only the sign for copying. */
  showLabel?: boolean
}

/** Copies `text`, and says so only when it is on the clipboard. */
export function CopyButton({ text, label, showLabel = false }: CopyButtonProps) {
  const [copied, setCopied] = useState<boolean>()
  const announce = useAnnounce()
  useEffect(() => {
    if (copied === undefined) return
    const timer = setTimeout(() => setCopied(undefined), 4000)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = async () => {
    const done = await copyText(text)
    setCopied(done)
    announce(done ? 'Copied' : 'Not copied. Select the text and copy it.')
  }
  return (
    <span className={styles.frame}>
      <Button look={showLabel ? 'quiet' : 'plain'} aria-label={label} title={label} onClick={copy}>
        {copied ? <Check aria-hidden size={16} /> : <Copy aria-hidden size={16} />}
        {showLabel && label}
      </Button>
      {copied !== undefined && (
        <span aria-hidden className={styles.said}>
          {copied ? 'Copied' : 'Not copied: select the text'}
        </span>
      )}
    </span>
  )
}
