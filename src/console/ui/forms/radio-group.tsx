import { useId } from 'react'
import { classNames } from '#console/ui/layout/class-names.ts'
import common from '#console/ui/layout/common.module.css'
import styles from './radio-group.module.css'

type RadioGroupProps<Value extends string> = {
  label: string
  value: Value
  onChange: (value: Value) => void
  options: readonly {
    value: Value
    label: string
    /** Text below the label. */
    detail?: string | undefined
    /** Why the option is disabled. Replaces the detail. */
    disabledReason?: string | undefined
  }[]
}

/** Selects one of a few options, all visible. */
export function RadioGroup<Value extends string>({ label, value, onChange, options }: RadioGroupProps<Value>) {
  const id = useId()
  return (
    <fieldset className={styles.group}>
      <legend className={common.legend}>{label}</legend>
      {options.map((option) => {
        const { disabledReason, detail = disabledReason } = option
        const optionId = `${id}-${option.value}`
        return (
          <div key={option.value} className={styles.option}>
            <input
              id={optionId}
              type="radio"
              name={id}
              className={styles.radio}
              checked={option.value === value}
              disabled={disabledReason !== undefined}
              onChange={() => onChange(option.value)}
              aria-describedby={detail ? `${optionId}-detail` : undefined}
            />
            <label htmlFor={optionId} className={classNames(disabledReason !== undefined && styles.off)}>
              {option.label}
            </label>
            {detail && (
              <span id={`${optionId}-detail`} className={styles.detail}>
                {disabledReason ?? detail}
              </span>
            )}
          </div>
        )
      })}
    </fieldset>
  )
}
