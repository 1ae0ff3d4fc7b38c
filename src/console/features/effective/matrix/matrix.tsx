import { type CSSProperties, type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { type Cell, cellAfterKey } from './grid-keys.ts'
import styles from './matrix.module.css'
import type { MatrixColumn } from './matrix-columns.ts'
import { MatrixHeader, MatrixRow } from './matrix-row.tsx'
import { TracePopup } from './trace-popup.tsx'
import { useTrace } from './use-trace.ts'
import { useMatrixSizes, useVirtualGrid } from './use-virtual-grid.ts'

type MatrixProps = {
  label: string
  names: readonly string[]
  /** The indices of the names to show. */
  rows: readonly number[]
  columns: readonly MatrixColumn[]
}

/** Renders the matrix of names and scopes: each cell says which scope wins. Scrolls by itself; keys move between cells. */
export function Matrix({ label, names, rows, columns }: MatrixProps) {
  const frame = useRef<HTMLDivElement>(null)
  const scroller = useRef<HTMLDivElement>(null)
  const [chosen, setActive] = useState<Cell>({ row: 0, column: 0 })
  const active = { row: Math.min(chosen.row, rows.length - 1), column: Math.min(chosen.column, columns.length - 1) }
  const shouldFocusActive = useRef(false)
  const traceId = useId()
  const trace = useTrace()
  const sizes = useMatrixSizes(frame, columns.length)
  const virtual = useVirtualGrid(scroller, { rows: rows.length, columns: columns.length }, sizes, active)

  // The active cell is always mounted, so it exists after the commit that makes it active.
  useEffect(() => {
    if (!shouldFocusActive.current) return
    shouldFocusActive.current = false
    const cell = scroller.current?.querySelector<HTMLElement>('[tabindex="0"]')
    cell?.focus({ preventScroll: true })
    // Scrolls it out from under the sticky header and names, and into the viewport.
    cell?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  })

  const press = (event: KeyboardEvent) => {
    const from = cellOf(event.target)
    if (!from) return
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault()
      return trace.show()
    }
    const page = Math.max(1, Math.floor(((scroller.current?.clientHeight ?? 0) - sizes.header) / sizes.row) - 1)
    const to = cellAfterKey(event, from, { rows: rows.length, columns: columns.length, page })
    if (!to) return
    event.preventDefault()
    shouldFocusActive.current = true
    setActive(to)
  }
  const shown = trace.shown && explanationOf(trace.shown, rows, columns)
  const items = virtual.columns.getVirtualItems()
  const width = virtual.columns.getTotalSize() + sizes.name
  const lengths = {
    '--header': `${sizes.header}px`,
    '--row': `${sizes.row}px`,
    '--name': `${sizes.name}px`,
    '--column': `${sizes.column}px`,
    '--width': `${width}px`,
  } as CSSProperties
  return (
    <div ref={frame} className={styles.frame} style={lengths}>
      {/* biome-ignore lint/a11y/useSemanticElements: a table supports neither moving by keys nor virtualization */}
      <div
        ref={scroller}
        role="grid"
        aria-label={label}
        aria-rowcount={rows.length + 1}
        aria-colcount={columns.length + 1}
        className={styles.scroller}
        onFocus={(event) => {
          const cell = cellOf(event.target)
          if (cell) setActive(cell)
          trace.focus(cell)
        }}
        onBlur={() => trace.focus(undefined)}
        onKeyDown={press}
        onClick={trace.show}
        onPointerOver={(event) => {
          const cell = cellOf(event.target)
          if (event.pointerType === 'touch') return
          if (cell) trace.hover(cell)
          else trace.leave()
        }}
        onPointerLeave={trace.leave}
      >
        <MatrixHeader columns={columns} items={items} />
        {/* biome-ignore lint/a11y/useSemanticElements: as above */}
        <div role="rowgroup" className={styles.body} style={{ height: virtual.rows.getTotalSize() }}>
          {virtual.rows.getVirtualItems().map(({ index, start }) => {
            const nameIndex = rows[index] ?? -1
            return (
              <MatrixRow
                key={nameIndex}
                row={index}
                top={start - sizes.header}
                name={names[nameIndex] ?? ''}
                nameIndex={nameIndex}
                columns={columns}
                items={items}
                active={index === active.row ? active.column : undefined}
                traced={index === trace.shown?.row ? trace.shown.column : undefined}
                traceId={traceId}
              />
            )
          })}
        </div>
      </div>
      {trace.shown && shown && (
        <TracePopup
          id={traceId}
          cell={trace.shown}
          explanation={shown}
          frame={frame}
          scroller={scroller}
          onDismiss={trace.dismiss}
          onPointerEnter={trace.keepOpen}
          onPointerLeave={trace.leave}
        />
      )}
    </div>
  )
}

/** Returns the cell that contains an element of the grid. */
const cellOf = (target: EventTarget): Cell | undefined => {
  const cell = target instanceof Element ? target.closest<HTMLElement>('[data-column]') : null
  const row = cell?.closest<HTMLElement>('[data-row]')
  return cell && row ? { row: Number(row.dataset.row), column: Number(cell.dataset.column) } : undefined
}

const explanationOf = ({ row, column }: Cell, rows: readonly number[], columns: readonly MatrixColumn[]) => {
  const nameIndex = rows[row]
  return nameIndex === undefined ? undefined : columns[column]?.explain(nameIndex)
}
