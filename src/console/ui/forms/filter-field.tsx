import { Search } from 'lucide-react'
import type { ComponentProps } from 'react'
import styles from './filter-field.module.css'
import { TextField } from './text-field.tsx'

type FilterFieldProps = Omit<ComponentProps<typeof TextField>, 'hideLabel' | 'placeholder' | 'type'> & {
  /** Says what is filtered and how much there is of it: “Filter 3 names”. */
  label: string
}

/** The box that narrows a list. */
export function FilterField({ label, ...rest }: FilterFieldProps) {
  return (
    <div className={styles.frame}>
      <TextField
        {...rest}
        label={label}
        hideLabel
        placeholder={label}
        type="search"
        autoComplete="off"
        spellCheck={false}
      />
      <Search aria-hidden size={16} />
    </div>
  )
}
