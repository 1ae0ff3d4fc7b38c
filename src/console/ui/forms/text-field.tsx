import type { ComponentProps } from 'react'
import { Field, type FieldTexts } from './field.tsx'

type TextFieldProps = FieldTexts &
  Omit<ComponentProps<'input'>, 'id' | 'value' | 'onChange' | 'className'> & {
    value: string
    onChange: (text: string) => void
    /** Monospace, for names, ids and keys. */
    mono?: boolean
  }

export function TextField({ label, hideLabel, hint, error, mono, value, onChange, ...rest }: TextFieldProps) {
  const texts = { label, hint, error, hideLabel: hideLabel ?? false, mono: mono ?? false }
  return (
    <Field {...texts}>
      {(control) => (
        <input type="text" {...rest} {...control} value={value} onChange={(event) => onChange(event.target.value)} />
      )}
    </Field>
  )
}
