import type { VirtualItem } from '@tanstack/react-virtual'
import styles from './matrix.module.css'
import type { MatrixColumn } from './matrix-columns.ts'

type MatrixHeaderProps = { columns: readonly MatrixColumn[]; items: readonly VirtualItem[] }

/** The scopes across; they stay in sight. */
export function MatrixHeader({ columns, items }: MatrixHeaderProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: parts of a grid that is no table
    <div role="rowgroup" className={styles.head}>
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: the cells are what one walks through */}
      <div role="row" aria-rowindex={1} className={styles.headRow}>
        {/* biome-ignore lint/a11y/useSemanticElements: as above */}
        {/* biome-ignore lint/a11y/useFocusableInteractive: as above */}
        <div role="columnheader" aria-colindex={1} className={styles.corner}>
          Name
        </div>
        {items.map(({ index, start }) => {
          const { label = '' } = columns[index] ?? {}
          return (
            // biome-ignore lint/a11y/useSemanticElements: as above
            // biome-ignore lint/a11y/useFocusableInteractive: as above
            <div
              key={index}
              role="columnheader"
              aria-colindex={index + 2}
              title={label}
              className={styles.scope}
              style={{ left: start }}
            >
              <span className={styles.clamped}>{label}</span>
            </div>
          )
        })}
      </div>
    </div>
  )
}
