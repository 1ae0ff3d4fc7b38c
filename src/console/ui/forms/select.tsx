import { ChevronDown } from 'lucide-react'
import { type ComponentProps, type KeyboardEvent, useId } from 'react'
import { classNames } from '#console/ui/layout/class-names.ts'
import common from '#console/ui/layout/common.module.css'
import { VisuallyHidden } from '#console/ui/layout/visually-hidden.tsx'
import styles from './field.module.css'
import { Field, type FieldTexts } from './field.tsx'

type SelectProps<Value extends string> = FieldTexts &
  Omit<ComponentProps<'select'>, 'id' | 'value' | 'onChange' | 'className' | 'children' | 'disabled'> & {
    value: Value
    onChange: (value: Value) => void
    options: readonly { value: Value; label: string; disabled?: boolean }[]
    /** Why the select is disabled. It stays focusable, so that keyboard and screen reader users reach the reason. */
    disabledReason?: string | undefined
  }

/** A native select with the look of the other fields. */
export function Select<Value extends string>({
  label,
  hideLabel,
  hint,
  error,
  value,
  onChange,
  options,
  disabledReason,
  ...rest
}: SelectProps<Value>) {
  const reasonId = useId()
  const off = disabledReason !== undefined
  // Any key but Tab would open the list or change the selection.
  const keep = (event: KeyboardEvent) => off && event.key !== 'Tab' && event.preventDefault()
  return (
    <Field {...{ label, hint, error }} hideLabel={hideLabel ?? false}>
      {(control) => (
        <div className={styles.select}>
          <select
            {...rest}
            {...control}
            aria-describedby={classNames(control['aria-describedby'], off && reasonId) || undefined}
            aria-disabled={off || undefined}
            title={disabledReason}
            value={value}
            onChange={(event) => !off && onChange(event.target.value as Value)}
            onMouseDown={(event) => off && event.preventDefault()}
            onKeyDown={keep}
          >
            {options.map((option) => (
              <option key={option.value} value={option.value} disabled={option.disabled}>
                {option.label}
              </option>
            ))}
          </select>
          <ChevronDown aria-hidden size={16} className={common.iconAtEnd} />
          {off && <VisuallyHidden id={reasonId}>{disabledReason}</VisuallyHidden>}
        </div>
      )}
    </Field>
  )
}
