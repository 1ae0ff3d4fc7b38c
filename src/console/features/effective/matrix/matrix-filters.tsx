import { type RefObject, useId } from 'react'
import styles from '#console/features/effective/environment.module.css'
import { Select } from '#console/ui/forms/select.tsx'
import common from '#console/ui/layout/common.module.css'
import { countWords } from '#console/ui/layout/count-words.ts'
import { FilterField, MatchCountLine } from '#console/ui/lists/filter-field.tsx'
import type { ScopeKind } from '#shared/scope.ts'
import type { MatrixFilter, useMatrixFilter } from './matrix-filter.ts'

type MatrixFiltersProps = {
  /** The filter by kind of scope: its label, the verb of its options (“Won by”), and the kinds. */
  scopes: { label: string; verb: string; kinds: readonly ScopeKind[] }
  filter: ReturnType<typeof useMatrixFilter>
  box: RefObject<HTMLInputElement | null>
  /** The number of all names, and of those that match. */
  total: number
  found: number
}

/** Renders the filters of the names, and the number of matches. */
export function MatrixFilters({ scopes, filter: state, box, total, found }: MatrixFiltersProps) {
  const { text, setText, filter, change, clear, isOn } = state
  const id = useId()
  const options: { value: MatrixFilter['scope']; label: string }[] = [
    { value: '', label: 'Any scope' },
    ...scopes.kinds.map((value) => ({ value, label: `${scopes.verb} ${value}` })),
  ]
  return (
    <search className={styles.filters}>
      <div className={styles.fields}>
        <FilterField ref={box} label={`Filter ${countWords(total, 'name')}`} value={text} onChange={setText} />
        <Select
          label={scopes.label}
          hideLabel
          value={filter.scope}
          onChange={(scope) => change({ scope })}
          options={options}
        />
        <div className={styles.check}>
          <input
            id={id}
            type="checkbox"
            className={common.checkbox}
            checked={filter.overridden}
            onChange={(event) => change({ overridden: event.target.checked })}
          />
          <label htmlFor={id}>Only overridden</label>
        </div>
      </div>
      {isOn && (
        <MatchCountLine
          words={
            found === 0
              ? `None of ${countWords(total, 'name')} fits the filter.`
              : `${found.toLocaleString('en')} of ${countWords(total, 'name')}`
          }
          onClear={() => {
            clear()
            box.current?.focus()
          }}
        />
      )}
    </search>
  )
}
