import type { KeyboardEvent, RefObject } from 'react'
import { Button } from '#console/ui/forms/button.tsx'
import { notForPasswordManagers, plainText } from '#console/ui/forms/input-attributes.ts'
import { TextField } from '#console/ui/forms/text-field.tsx'
import { checkName } from './name-check.ts'
import styles from './secret-form.module.css'
import { useAfterPause } from './use-after-pause.ts'

type NameFieldProps = {
  ref: RefObject<HTMLInputElement | null>
  value: string
  onChange: (name: string) => void
  /** What is wrong with the name as it was sent. */
  error: string | undefined
  /** Says what is wrong with the name now, not after a pause. */
  sent: boolean
  readOnly: boolean
  disabled: boolean
  /** Enter was pressed. */
  onEnter: () => void
}

/** The name of a secret, checked while it is typed. */
export function NameField({ ref, value, onChange, error, sent, onEnter, ...rest }: NameFieldProps) {
  const { problem, suggestion, warning } = checkName(value)
  const told = useAfterPause(problem !== undefined || warning !== undefined, value) || sent
  const wrong = error ?? (told ? problem : undefined) ?? (sent && value === '' ? 'Type a name.' : undefined)

  const pressKey = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return
    event.preventDefault()
    onEnter()
  }
  const takeSuggestion = (name: string) => {
    onChange(name)
    ref.current?.focus()
  }
  const rule = wrong && (
    <div className={styles.problem}>
      {wrong}
      {suggestion && wrong === problem && (
        <Button className={styles.small} onClick={() => takeSuggestion(suggestion)}>
          Use {suggestion}
        </Button>
      )}
    </div>
  )
  return (
    <TextField
      {...plainText}
      {...notForPasswordManagers}
      {...rest}
      ref={ref}
      label="Name"
      mono
      value={value}
      onChange={onChange}
      onKeyDown={pressKey}
      enterKeyHint="next"
      error={rule}
      hint={told && warning && <span className={styles.warning}>{warning}</span>}
    />
  )
}
