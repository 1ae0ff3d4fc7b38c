import { useRef } from 'react'
import { nameCount } from '#console/features/secrets/form/size-words.ts'
import { Select } from '#console/ui/forms/select.tsx'
import { FilterField, MatchCountLine } from '#console/ui/lists/filter-field.tsx'
import { foundWords, unusedLabel } from './filter-words.ts'
import styles from './secret-filters.module.css'
import type { SecretFilter } from './use-secret-filter.ts'

type SecretFiltersProps = {
  filter: SecretFilter
  all: number
  /** How many names the filter keeps; `undefined` while that is not known. */
  found: number | undefined
}

/** What narrows a list of secrets: a part of the name, and that they are unused. Says what it has found. */
export function SecretFilters({ filter, all, found }: SecretFiltersProps) {
  const box = useRef<HTMLInputElement>(null)
  const { q, unused } = filter
  const choices = [90, 'ever'] as const
  // An address may ask for other days.
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
        <FilterField ref={box} label={`Filter ${nameCount(all)}`} value={filter.text} onChange={filter.setText} />
        <Select label="Last used" hideLabel value={`${unused ?? ''}`} onChange={filter.setUnused} options={options} />
      </div>
      {(q !== '' || unused !== undefined) && found !== undefined && (
        <MatchCountLine words={foundWords(found, all, filter)} onClear={clear} />
      )}
    </>
  )
}
