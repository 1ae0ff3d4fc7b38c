import { defaultRangeExtractor, type Range, useWindowVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { buttonAfterKey, focusRowButton, type RowButton } from '#console/ui/lists/row-focus.ts'
import { useDistanceFromTop } from '#console/ui/lists/use-distance-from-top.ts'
import rowStyles from './list.module.css'
import type { SecretRowsProps } from './listed-rows.ts'
import { rowHeight } from './row-height.ts'
import { useLoadUntil } from './use-secret-list.ts'

/** Number of rows to load beyond the last visible one. */
const loadAhead = 60

/** Renders the rows of a long list that are near the viewport, and fetches their pages. */
export function VirtualRows({ list, rows, row, openNames }: SecretRowsProps) {
  // Rows that are not loaded yet count too.
  const total = list.total + rows.length - list.items.length
  const element = useRef<HTMLUListElement>(null)
  const pendingFocus = useRef<RowButton>(undefined)
  const focused = useRef<string>(undefined)
  const [height] = useState(rowHeight)
  const scrollMargin = useDistanceFromTop(element)
  const rowIndexes = useMemo(() => new Map(rows.map(({ key }, index) => [key, index])), [rows])

  // Open rows hold typed text, and one row the focus: these stay mounted at any scroll position.
  const withMountedRows = useCallback(
    (range: Range) => {
      const mounted = [...openNames, focused.current].map((key) => rowIndexes.get(key ?? ''))
      const wanted = [...defaultRangeExtractor(range), ...mounted.filter((index) => index !== undefined)]
      return [...new Set(wanted)].sort((a, b) => a - b)
    },
    [openNames, rowIndexes],
  )
  const virtual = useWindowVirtualizer<HTMLLIElement>({
    count: total,
    estimateSize: () => height,
    getItemKey: useCallback((index: number) => rows[index]?.key ?? index, [rows]),
    rangeExtractor: withMountedRows,
    overscan: 12,
    scrollMargin,
    scrollPaddingStart: 80,
    scrollPaddingEnd: 16,
    directDomUpdates: true,
  })
  useLoadUntil(list, Math.min(total - 1, (virtual.range?.endIndex ?? 0) + loadAhead))

  // Runs after every commit: the row to focus may appear by scrolling or with a fetched page.
  useEffect(() => {
    if (!pendingFocus.current) return
    const elsewhere = document.activeElement !== document.body && !element.current?.contains(document.activeElement)
    if (elsewhere || focusRowButton(element.current, pendingFocus.current)) pendingFocus.current = undefined
  })

  const move = (event: KeyboardEvent) => {
    const button = buttonAfterKey(event, total)
    if (!button) return
    pendingFocus.current = focusRowButton(element.current, button) ? undefined : button
    virtual.scrollToIndex(button.index)
  }
  const attach = (list: HTMLUListElement | null) => {
    element.current = list
    virtual.containerRef(list)
  }
  return (
    <ul
      ref={attach}
      aria-label="Stored names"
      className={rowStyles.virtualRows}
      onKeyDown={move}
      onFocus={(event) => {
        focused.current = event.target.closest<HTMLElement>('[data-name]')?.dataset.name
      }}
      onBlur={() => {
        focused.current = undefined
      }}
    >
      {virtual.getVirtualItems().map(({ key, index }) => {
        const listed = rows[index]
        return (
          <li
            key={key}
            ref={virtual.measureElement}
            data-index={index}
            data-name={listed?.key}
            aria-setsize={total}
            aria-posinset={index + 1}
            className={rowStyles.virtualRow}
          >
            {listed ? row(listed) : <div className={rowStyles.placeholder} />}
          </li>
        )
      })}
    </ul>
  )
}
