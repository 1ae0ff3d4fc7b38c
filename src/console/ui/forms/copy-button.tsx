import { Check, Copy } from 'lucide-react'
import { useAnnounce } from '#console/ui/feedback/announcer.tsx'
import { useTransientValue } from '#console/ui/hooks/use-transient-value.ts'
import styles from './button.module.css'
import { Button } from './button.tsx'

type CopyButtonProps = {
  text: string
  /** Names the button: “Copy ID”. */
  label: string
  /** Shows the label, not only the sign for copying. */
  showLabel?: boolean
}

/** Copies `text`, and says so only when it is on the clipboard. */
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
        <span aria-hidden className={styles.copyResult}>
          {copied ? 'Copied' : 'Not copied: select the text'}
        </span>
      )}
    </span>
  )
}

/** Puts a text on the clipboard; answers whether it is there. */
const copyText = async (text: string): Promise<boolean> => {
  // Browsers give the clipboard to secure pages only; an installation in a private network may be served without TLS.
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
  // Inside of the dialog that may be open, for the focus is kept there.
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
