import { useRef } from 'react'
import { Select } from '#console/ui/forms/select.tsx'
import { countWords } from '#console/ui/layout/count-words.ts'
import { FilterField, MatchCountLine } from '#console/ui/lists/filter-field.tsx'
import { foundWords, unusedLabel } from './filter-words.ts'
import styles from './list.module.css'
import type { SecretFilter } from './secret-address.ts'

type SecretFiltersProps = {
  filter: SecretFilter
  all: number
  /** How many names match the filter; `undefined` until known. */
  found: number | undefined
}

/** Renders the filters of a list of secrets, by name and by last use, and the number of matches. */
export function SecretFilters({ filter, all, found }: SecretFiltersProps) {
  const box = useRef<HTMLInputElement>(null)
  const { q, unused } = filter
  const choices = [90, 'ever'] as const
  // The URL may ask for another number of days.
  const offered = unused === undefined || choices.some((choice) => choice === unused) ? choices : [unused, ...choices]
  const options = [
    { value: '', label: 'All names' },
    ...offered.map((choice) => ({ value: `${choice}`, label: unusedLabel(choice) })),
  ]
  const clear = () => {
    filter.clear()
    box.current?.focus()
  }
  return (
    <>
      <div className={styles.filters}>
        <FilterField
          ref={box}
          label={`Filter ${countWords(all, 'name')}`}
          value={filter.text}
          onChange={filter.setText}
        />
        <Select label="Last used" hideLabel value={`${unused ?? ''}`} onChange={filter.setUnused} options={options} />
      </div>
      {(q !== '' || unused !== undefined) && found !== undefined && (
        <MatchCountLine words={foundWords(found, all, filter)} onClear={clear} />
      )}
    </>
  )
}
