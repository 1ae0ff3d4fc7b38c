import { type ReactNode, useEffect, useId, useRef } from 'react'
import common from '#console/ui/layout/common.module.css'
import { CopyButton } from './copy-button.tsx'
import { Field } from './field.tsx'
import { notForPasswordManagers, plainText } from './input-attributes.ts'
import styles from './shown-once.module.css'

type ShownOnceProps = {
  heading: string
  /** What to do with the value now. */
  note: string
  /** Label of the value: “Key”. */
  label: string
  /** The value. It is selected at first render, for browsers without clipboard access. */
  text: string
  /** Buttons and their results. */
  children: ReactNode
}

/** Shows a newly created secret value. It is never shown again. */
export function ShownOnce({ heading, note, label, text, children }: ShownOnceProps) {
  const field = useRef<HTMLTextAreaElement>(null)
  const headingId = useId()
  useEffect(() => {
    field.current?.focus()
    field.current?.select()
  }, [])
  return (
    <section aria-labelledby={headingId} className={styles.box}>
      <h3 id={headingId} className={styles.heading}>
        {heading}
      </h3>
      <p className={styles.note}>{note}</p>
      <div className={common.fieldLine}>
        <Field label={label} hideLabel mono>
          {({ className, ...control }) => (
            <textarea
              {...plainText}
              {...notForPasswordManagers}
              {...control}
              ref={field}
              className={`${className} ${styles.text}`}
              rows={1}
              readOnly
              value={text}
            />
          )}
        </Field>
        <CopyButton text={text} label="Copy" showLabel />
      </div>
      {children}
    </section>
  )
}
