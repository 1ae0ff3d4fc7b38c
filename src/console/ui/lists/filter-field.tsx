import { Search } from 'lucide-react'
import type { ComponentProps } from 'react'
import { Button } from '#console/ui/forms/button.tsx'
import { TextField } from '#console/ui/forms/text-field.tsx'
import styles from './lists.module.css'

type FilterFieldProps = Omit<ComponentProps<typeof TextField>, 'hideLabel' | 'placeholder' | 'type'> & {
  /** Says what is filtered and the number of items: “Filter 3 names”. */
  label: string
}

/** The text field that filters a list. */
export function FilterField({ label, ...rest }: FilterFieldProps) {
  return (
    <div className={styles.filter}>
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

/** Shows how many items match a filter, with a button that clears it. */
export function MatchCountLine({ words, onClear }: { words: string; onClear: () => void }) {
  return (
    <div className={styles.matchCount}>
      <p role="status">{words}</p>
      <Button look="plain" onClick={onClear}>
        Clear filter
      </Button>
    </div>
  )
}
