import { defaultRangeExtractor, type Range, useWindowVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { buttonAfterKey, focusRowButton, type RowButton } from '#console/ui/lists/row-focus.ts'
import { useDistanceFromTop } from '#console/ui/lists/use-distance-from-top.ts'
import { rowHeight } from './row-height.ts'
import rowStyles from './secret-row.module.css'
import type { RowsProps } from './secret-rows.tsx'
import { useLoadUntil } from './use-secret-list.ts'
import styles from './virtual-rows.module.css'

/** So many rows beyond the last visible one are loaded ahead of the scrolling. */
const ahead = 60

/** The rows of a long list: those near the window are in the document, and their pages are loaded as they come near. */
export function VirtualRows({ list, rows, row, editing }: RowsProps) {
  // Those that are not loaded yet have their places, too.
  const total = list.total + rows.length - list.items.length
  const element = useRef<HTMLUListElement>(null)
  const goal = useRef<RowButton>(undefined)
  const focused = useRef<string>(undefined)
  const [height] = useState(rowHeight)
  const scrollMargin = useDistanceFromTop(element)
  const places = useMemo(() => new Map(rows.map(({ key }, index) => [key, index])), [rows])

  // An opened row holds what is typed, another the focus: they stay, wherever one scrolls.
  const withKept = useCallback(
    (range: Range) => {
      const kept = [...editing, focused.current].map((key) => places.get(key ?? ''))
      const wanted = [...defaultRangeExtractor(range), ...kept.filter((index) => index !== undefined)]
      return [...new Set(wanted)].sort((a, b) => a - b)
    },
    [editing, places],
  )
  const virtual = useWindowVirtualizer<HTMLLIElement>({
    count: total,
    estimateSize: () => height,
    getItemKey: useCallback((index: number) => rows[index]?.key ?? index, [rows]),
    rangeExtractor: withKept,
    overscan: 12,
    scrollMargin,
    scrollPaddingStart: 80,
    scrollPaddingEnd: 16,
    directDomUpdates: true,
  })
  useLoadUntil(list, Math.min(total - 1, (virtual.range?.endIndex ?? 0) + ahead))

  // After every commit, because the row to go to may come with any: by scrolling, or with its page.
  useEffect(() => {
    if (!goal.current) return
    const elsewhere = document.activeElement !== document.body && !element.current?.contains(document.activeElement)
    if (elsewhere || focusRowButton(element.current, goal.current)) goal.current = undefined
  })

  const move = (event: KeyboardEvent) => {
    const button = buttonAfterKey(event, total)
    if (!button) return
    goal.current = focusRowButton(element.current, button) ? undefined : button
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
      className={styles.rows}
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
            className={styles.row}
          >
            {listed ? row(listed) : <div className={rowStyles.placeholder} />}
          </li>
        )
      })}
    </ul>
  )
}
