import { Check, Copy } from 'lucide-react'
import { useAnnounce } from '#console/ui/feedback/announcer.tsx'
import { useTransientValue } from '#console/ui/hooks/use-transient-value.ts'
import common from '#console/ui/layout/common.module.css'
import styles from './button.module.css'
import { Button } from './button.tsx'

type CopyButtonProps = {
  text: string
  /** Accessible name: “Copy ID”. */
  label: string
  /** Shows the label next to the icon. */
  showLabel?: boolean
}

/** Copies `text`, and reports whether the clipboard has it. */
export function CopyButton({ text, label, showLabel = false }: CopyButtonProps) {
  const [copied, setCopied] = useTransientValue<boolean>(4000)
  const announce = useAnnounce()
  const copy = async () => {
    const done = await copyText(text)
    setCopied(done)
    announce(done ? 'Copied' : 'Not copied. Select the text and copy it.')
  }
  return (
    <span className={styles.copy}>
      <Button look={showLabel ? 'quiet' : 'plain'} aria-label={label} title={label} onClick={copy}>
        {copied ? <Check aria-hidden size={16} /> : <Copy aria-hidden size={16} />}
        {showLabel && label}
      </Button>
      {copied !== undefined && (
        <span aria-hidden className={common.detail}>
          {copied ? 'Copied' : 'Not copied: select the text'}
        </span>
      )}
    </span>
  )
}

/** Copies a text to the clipboard. Returns whether that worked. */
const copyText = async (text: string): Promise<boolean> => {
  // Browsers offer the clipboard API in secure contexts only. A private network may serve the console without TLS.
  if (!navigator.clipboard) return copyBySelection(text)
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copyBySelection(text)
  }
}

const copyBySelection = (text: string): boolean => {
  const focused = document.activeElement
  const area = document.createElement('textarea')
  area.value = text
  area.readOnly = true
  area.style.position = 'fixed'
  area.style.opacity = '0'
  // An open dialog traps the focus, so the text area must be inside it.
  const host = focused?.closest('[role=dialog], [role=alertdialog]') ?? document.body
  host.append(area)
  area.select()
  try {
    return document.execCommand('copy')
  } catch {
    return false
  } finally {
    area.remove()
    if (focused instanceof HTMLElement) focused.focus()
  }
}
