import { Eye, EyeOff } from 'lucide-react'
import { type FocusEvent, type KeyboardEvent, type MouseEvent, type RefObject, useRef } from 'react'
import { Field } from '#console/ui/forms/field.tsx'
import { notForPasswordManagers, plainText } from '#console/ui/forms/input-attributes.ts'
import { valueProblem } from '#shared/secret.ts'
import { OuterSpaceNotice } from './outer-space-notice.tsx'
import { sizeWords } from './size-words.ts'
import { useReveal } from './use-reveal.ts'
import styles from './value-field.module.css'

type ValueFieldProps = {
  ref: RefObject<HTMLTextAreaElement | null>
  value: string
  onChange: (value: string) => void
  /** What is wrong with the value as it was sent. */
  error: string | undefined
  /** Says that the value is missing. */
  sent: boolean
  readOnly: boolean
  disabled: boolean
}

/**
 * The value of a secret: several lines, masked, shown on demand for half a minute.
 * A textarea because an input drops line breaks; Ctrl+Enter or ⌘+Enter sends its form.
 */
export function ValueField({ ref, value, onChange, error, sent, readOnly, disabled }: ValueFieldProps) {
  const { revealed, hide, toggle } = useReveal()
  const group = useRef<HTMLDivElement>(null)
  const problem = error ?? (value === '' && !sent ? undefined : valueProblem(value))

  const leave = (event: FocusEvent) => {
    if (!event.currentTarget.contains(event.relatedTarget)) hide()
  }
  const pressKey = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    event.currentTarget.form?.requestSubmit()
  }
  // Safari does not focus a pressed button: pressing it would leave the group, which hides the value again.
  const stayInside = (event: MouseEvent) => {
    if (group.current?.contains(document.activeElement)) event.preventDefault()
  }
  const trim = () => {
    onChange(value.trim())
    ref.current?.focus()
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only sees the focus leave what is within
    <div ref={group} onBlur={leave}>
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
              onMouseDown={stayInside}
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
