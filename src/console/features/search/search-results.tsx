import { useEffect, useRef } from 'react'
import common from '#console/ui/layout/common.module.css'
import styles from './search-dialog.module.css'
import type { SearchGroup } from './use-search-results.ts'

type SearchResultsProps = {
  id: string
  groups: readonly SearchGroup[]
  /** Index of the result that Enter opens. */
  current: number
  onChoose: (to: string) => void
  onPoint: (index: number) => void
}

/** The listbox of the search. The focus stays in the text field, which refers to the current option by id. */
export function SearchResults({ id, groups, current, onChoose, onPoint }: SearchResultsProps) {
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => {
    list.current?.querySelector(`[data-index="${current}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [current])
  let index = 0
  return (
    <div ref={list} id={id} role="listbox" aria-label="Results" className={styles.results}>
      {groups.map((group) => (
        // biome-ignore lint/a11y/useSemanticElements: a listbox holds groups of options, not field sets
        <div key={group.label} role="group" aria-label={group.label}>
          <div aria-hidden className={styles.group}>
            {group.label}
          </div>
          {group.results.map((result) => {
            const own = index++
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the text box takes the keys
              // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the text box
              <div
                key={result.to}
                id={`${id}-${own}`}
                data-index={own}
                role="option"
                aria-selected={own === current}
                className={styles.result}
                onClick={() => onChoose(result.to)}
                onPointerMove={() => onPoint(own)}
              >
                <span className={common.breaks}>{result.label}</span>
                <span className={common.detail}>{result.detail}</span>
              </div>
            )
          })}
        </div>
      ))}
    </div>
  )
}
