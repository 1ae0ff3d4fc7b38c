import type { KeyboardEvent, RefObject } from 'react'
import { checkName } from '#console/features/secrets/secret-names.ts'
import { Button } from '#console/ui/forms/button.tsx'
import { notForPasswordManagers, plainText } from '#console/ui/forms/input-attributes.ts'
import { TextField } from '#console/ui/forms/text-field.tsx'
import styles from './form.module.css'
import { useDelayedWarning } from './use-delayed-warning.ts'
import { useNameWarning } from './use-name-warning.ts'

type NameFieldProps = {
  ref: RefObject<HTMLInputElement | null>
  value: string
  onChange: (name: string) => void
  /** The server's error for the submitted name. */
  error: string | undefined
  /** Whether the form was submitted: errors then show at once, without a delay. */
  sent: boolean
  readOnly: boolean
  disabled: boolean
  onEnter: () => void
}

/** Renders the field for a secret's name and checks the name while the person types. */
export function NameField({ ref, value, onChange, error, sent, onEnter, ...rest }: NameFieldProps) {
  const { problem, suggestion } = checkName(value)
  const warning = useNameWarning(problem === undefined ? value : '')
  const showsCheck = useDelayedWarning(problem !== undefined || warning !== undefined, value) || sent
  const shownError = error ?? (showsCheck ? problem : undefined) ?? (sent && value === '' ? 'Type a name.' : undefined)

  const pressKey = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return
    event.preventDefault()
    onEnter()
  }
  const takeSuggestion = (name: string) => {
    onChange(name)
    ref.current?.focus()
  }
  const errorWithSuggestion = shownError && (
    <div className={styles.problem}>
      {shownError}
      {suggestion && shownError === problem && (
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
      error={errorWithSuggestion}
      hint={showsCheck && warning && <span className={styles.warning}>{warning}</span>}
    />
  )
}
