import { ChevronDown } from 'lucide-react'
import type { ComponentProps } from 'react'
import { Field, type FieldTexts } from './field.tsx'
import styles from './select.module.css'

type SelectProps<Value extends string> = FieldTexts &
  Omit<ComponentProps<'select'>, 'id' | 'value' | 'onChange' | 'className' | 'children'> & {
    value: Value
    onChange: (value: Value) => void
    options: readonly { value: Value; label: string }[]
  }

/** The system's own list of choices, dressed as our fields. */
export function Select<Value extends string>({
  label,
  hideLabel,
  hint,
  error,
  value,
  onChange,
  options,
  ...rest
}: SelectProps<Value>) {
  return (
    <Field {...{ label, hint, error }} hideLabel={hideLabel ?? false}>
      {(control) => (
        <div className={styles.frame}>
          <select {...rest} {...control} value={value} onChange={(event) => onChange(event.target.value as Value)}>
            {options.map((option) => (
              <option key={option.value} value={option.value}>
                {option.label}
              </option>
            ))}
          </select>
          <ChevronDown aria-hidden size={16} />
        </div>
      )}
    </Field>
  )
}
