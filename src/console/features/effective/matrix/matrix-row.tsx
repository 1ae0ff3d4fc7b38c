import type { VirtualItem } from '@tanstack/react-virtual'
import { memo } from 'react'
import { ScopeChip } from '#console/ui/layout/chip.tsx'
import common from '#console/ui/layout/common.module.css'
import { VisuallyHidden } from '#console/ui/layout/visually-hidden.tsx'
import { notInjectedReason } from '#shared/workload/injectable-names.ts'
import type { Explanation } from '#shared/workload/workload.ts'
import { overridesWords } from './cell-words.ts'
import styles from './matrix.module.css'
import type { MatrixColumn } from './matrix-columns.ts'

type MatrixHeaderProps = { columns: readonly MatrixColumn[]; items: readonly VirtualItem[] }

/** Renders the header row with the scopes, which stays visible. */
export function MatrixHeader({ columns, items }: MatrixHeaderProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: part of a grid that is not a table
    <div role="rowgroup" className={styles.head}>
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: only the cells get the focus */}
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

type MatrixRowProps = {
  /** The index of the row among the matches, from 0. */
  row: number
  top: number
  name: string
  /** The index of the name in the matrix. */
  nameIndex: number
  columns: readonly MatrixColumn[]
  items: readonly VirtualItem[]
  /** The column of the cell with `tabIndex` 0. */
  active: number | undefined
  /** The column of the cell whose trace popup is open. */
  traced: number | undefined
  traceId: string
}

/** Renders a name, and for each column the scope that wins there. */
export const MatrixRow = memo(function MatrixRow({
  row,
  top,
  name,
  nameIndex,
  columns,
  items,
  active,
  traced,
  traceId,
}: MatrixRowProps) {
  const referenceOnly = notInjectedReason(name)
  return (
    // biome-ignore lint/a11y/useSemanticElements: part of a grid that is not a table
    // biome-ignore lint/a11y/useFocusableInteractive: only the cells get the focus
    <div role="row" aria-rowindex={row + 2} data-row={row} className={styles.row} style={{ top }}>
      {/* biome-ignore lint/a11y/useSemanticElements: as above */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: as above */}
      <div role="rowheader" aria-colindex={1} title={name} className={styles.name}>
        <span className={referenceOnly ? common.oneLine : styles.clamped}>{name}</span>
        {referenceOnly && (
          <span className={styles.mark} title={referenceOnly}>
            by reference only
          </span>
        )}
      </div>
      {items.map(({ index, start }) => {
        const explanation = columns[index]?.explain(nameIndex)
        return (
          // biome-ignore lint/a11y/useSemanticElements: as above
          <div
            key={index}
            role="gridcell"
            aria-colindex={index + 2}
            aria-describedby={index === traced ? traceId : undefined}
            data-column={index}
            tabIndex={index === active ? 0 : -1}
            className={styles.cell}
            style={{ left: start }}
          >
            {explanation && <Outcome explanation={explanation} />}
          </div>
        )
      })}
    </div>
  )
})

function Outcome({ explanation }: { explanation: Explanation }) {
  const { winner, overridden } = explanation
  if (!winner) {
    return (
      <>
        <span aria-hidden className={common.muted}>
          —
        </span>
        <VisuallyHidden>not set</VisuallyHidden>
      </>
    )
  }
  return (
    <>
      <ScopeChip kind={winner.kind} />
      {overridden.map(({ kind }) => (
        <s key={kind} aria-hidden className={common.detail}>
          {kind}
        </s>
      ))}
      <VisuallyHidden>{overridesWords(explanation)}</VisuallyHidden>
    </>
  )
}
