import { type ReactNode, useId } from 'react'
import { classNames } from '#console/ui/layout/class-names.ts'
import common from '#console/ui/layout/common.module.css'
import { VisuallyHidden } from '#console/ui/layout/visually-hidden.tsx'
import styles from './field.module.css'

export type FieldTexts = {
  label: string
  hideLabel?: boolean
  /** The rule for the value, shown before any error. */
  hint?: ReactNode
  /** What is wrong with the typed value. */
  error?: ReactNode
}

type ControlProps = {
  id: string
  className: string
  'aria-invalid'?: true
  'aria-describedby'?: string
}

type FieldProps = FieldTexts & {
  mono?: boolean
  children: (control: ControlProps) => ReactNode
}

/** Connects a control with its label, hint and error for assistive technology. */
export function Field({ label, hideLabel = false, hint, error, mono = false, children }: FieldProps) {
  const id = useId()
  const [hintId, errorId] = [`${id}-hint`, `${id}-error`]
  const described = classNames(error ? errorId : undefined, hint ? hintId : undefined)
  const caption = <label htmlFor={id}>{label}</label>
  return (
    <div className={styles.field}>
      {hideLabel ? <VisuallyHidden>{caption}</VisuallyHidden> : <div className={styles.label}>{caption}</div>}
      {children({
        id,
        className: classNames(styles.control, mono && styles.mono),
        ...(error ? { 'aria-invalid': true } : {}),
        ...(described ? { 'aria-describedby': described } : {}),
      })}
      {hint && (
        <div id={hintId} className={common.detail}>
          {hint}
        </div>
      )}
      {error && (
        <div id={errorId} className={styles.error} role="alert">
          {error}
        </div>
      )}
    </div>
  )
}
