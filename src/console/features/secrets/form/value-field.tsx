import { Eye, EyeOff } from 'lucide-react'
import {
  type FocusEvent,
  type KeyboardEvent,
  type MouseEvent,
  type RefObject,
  useCallback,
  useEffect,
  useRef,
  useState,
} from 'react'
import { Notice } from '#console/ui/feedback/notice.tsx'
import { Button } from '#console/ui/forms/button.tsx'
import { Field } from '#console/ui/forms/field.tsx'
import { notForPasswordManagers, plainText } from '#console/ui/forms/input-attributes.ts'
import { countWords } from '#console/ui/layout/count-words.ts'
import { measure, outerSpace, valueProblem } from '#shared/secret.ts'
import styles from './form.module.css'
import { useDelayedWarning } from './use-delayed-warning.ts'

type ValueFieldProps = {
  ref: RefObject<HTMLTextAreaElement | null>
  value: string
  onChange: (value: string) => void
  /** The server's error for the submitted value. */
  error: string | undefined
  /** Whether the form was submitted: a missing value is then an error. */
  sent: boolean
  readOnly: boolean
  disabled: boolean
}

/**
 * Renders the field for a secret's value: several lines, masked, shown on demand for at most 30 seconds.
 * It is a textarea because an input drops line breaks. Ctrl+Enter or ⌘+Enter submits the form.
 */
export function ValueField({ ref, value, onChange, error, sent, readOnly, disabled }: ValueFieldProps) {
  const { revealed, hide, toggle } = useReveal()
  const group = useRef<HTMLDivElement>(null)
  const problem = error ?? (value === '' && !sent ? undefined : valueProblem(value))

  const hideOnLeave = (event: FocusEvent) => {
    if (!event.currentTarget.contains(event.relatedTarget)) hide()
  }
  const pressKey = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    event.currentTarget.form?.requestSubmit()
  }
  // Safari does not focus a pressed button. Without this, a press moves the focus out of the group, which hides the value.
  const keepFocus = (event: MouseEvent) => {
    if (group.current?.contains(document.activeElement)) event.preventDefault()
  }
  const trim = () => {
    onChange(value.trim())
    ref.current?.focus()
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only observes the focus of its children
    <div ref={group} onBlur={hideOnLeave}>
      <Field
        label="Value"
        mono
        error={problem}
        hint={sizeWords(value) || (!problem && 'Up to 64 KiB, line breaks are kept.')}
      >
        {({ className, ...control }) => (
          <div className={styles.frame}>
            <textarea
              {...plainText}
              {...notForPasswordManagers}
              {...control}
              ref={ref}
              className={`${className} ${styles.value}`}
              data-masked={!revealed || undefined}
              rows={1}
              value={value}
              onChange={(event) => onChange(event.target.value)}
              onKeyDown={pressKey}
              readOnly={readOnly}
              disabled={disabled}
            />
            <button
              type="button"
              className={styles.reveal}
              aria-label="Show value"
              title="Show value"
              aria-pressed={revealed}
              disabled={disabled}
              onMouseDown={keepFocus}
              onClick={(event) => {
                if (!group.current?.contains(document.activeElement)) event.currentTarget.focus()
                toggle()
              }}
            >
              {revealed ? <EyeOff aria-hidden size={18} /> : <Eye aria-hidden size={18} />}
            </button>
          </div>
        )}
      </Field>
      <OuterSpaceNotice value={value} onTrim={trim} />
    </div>
  )
}

/** Warns about white space around a value, which is often pasted by accident. The value can still be stored. */
function OuterSpaceNotice({ value, onTrim }: { value: string; onTrim: () => void }) {
  const found = outerSpace(value)
  const isShown = useDelayedWarning(found !== undefined, value)
  const [isDismissed, setDismissed] = useState(false)
  const empty = value === ''

  // The choice applies to this value only, not to the next one.
  useEffect(() => {
    if (empty) setDismissed(false)
  }, [empty])

  if (!isShown || isDismissed) return null
  const choices = (
    <>
      <Button className={styles.small} onClick={onTrim}>
        Trim
      </Button>
      <Button className={styles.small} onClick={() => setDismissed(true)}>
        Keep
      </Button>
    </>
  )
  return (
    <div className={styles.outerSpace}>
      <Notice tone="warn" actions={choices}>
        {found}
      </Notice>
    </div>
  )
}

const maxRevealTime = 30_000

/** Returns whether the value is shown unmasked, and functions to change that. Hides the value after 30 seconds. */
const useReveal = () => {
  const [revealed, setRevealed] = useState(false)

  useEffect(() => {
    if (!revealed) return
    const timer = setTimeout(() => setRevealed(false), maxRevealTime)
    return () => clearTimeout(timer)
  }, [revealed])

  const hide = useCallback(() => setRevealed(false), [])
  const toggle = useCallback(() => setRevealed((before) => !before), [])
  return { revealed, hide, toggle }
}

/** Returns the size of a value in words, “1,704 bytes, 28 lines”; empty for an empty value. */
const sizeWords = (value: string): string => {
  const { bytes, lines } = measure(value)
  return bytes === 0 ? '' : `${countWords(bytes, 'byte')}, ${countWords(lines, 'line')}`
}
