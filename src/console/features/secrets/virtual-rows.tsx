import { defaultRangeExtractor, type Range, useWindowVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { buttonAfterKey, focusRowButton, type RowButton } from '#console/ui/row-movement.ts'
import { useDistanceFromTop } from '#console/ui/use-distance-from-top.ts'
import { rowHeight } from './row-height.ts'
import rowStyles from './secret-row.module.css'
import type { RowsProps } from './secret-rows.tsx'
import { useLoadUntil } from './use-secret-list.ts'
import styles from './virtual-rows.module.css'

/** So many rows beyond the last visible one are loaded ahead of the scrolling. */
const ahead = 60

/** The rows of a long list: those near the window are in the document, and their pages are loaded as they come near. */
export function VirtualRows({ list, row, editing }: RowsProps) {
  const { items, total } = list
  const rows = useRef<HTMLUListElement>(null)
  const goal = useRef<RowButton>(undefined)
  const focused = useRef<string>(undefined)
  const [height] = useState(rowHeight)
  const scrollMargin = useDistanceFromTop(rows)
  const places = useMemo(() => new Map(items.map(({ name }, index) => [name, index])), [items])

  // A row being edited holds what is typed, another the focus: they stay, wherever one scrolls.
  const withKept = useCallback(
    (range: Range) => {
      const kept = [...editing, focused.current].map((name) => places.get(name ?? ''))
      const wanted = [...defaultRangeExtractor(range), ...kept.filter((index) => index !== undefined)]
      return [...new Set(wanted)].sort((a, b) => a - b)
    },
    [editing, places],
  )
  const virtual = useWindowVirtualizer<HTMLLIElement>({
    count: total,
    estimateSize: () => height,
    getItemKey: useCallback((index: number) => items[index]?.name ?? index, [items]),
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
    const elsewhere = document.activeElement !== document.body && !rows.current?.contains(document.activeElement)
    if (elsewhere || focusRowButton(rows.current, goal.current)) goal.current = undefined
  })

  const move = (event: KeyboardEvent) => {
    const button = buttonAfterKey(event, total)
    if (!button) return
    goal.current = focusRowButton(rows.current, button) ? undefined : button
    virtual.scrollToIndex(button.index)
  }
  const attach = (element: HTMLUListElement | null) => {
    rows.current = element
    virtual.containerRef(element)
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
        const secret = items[index]
        return (
          <li
            key={key}
            ref={virtual.measureElement}
            data-index={index}
            data-name={secret?.name}
            aria-setsize={total}
            aria-posinset={index + 1}
            className={styles.row}
          >
            {secret ? row(secret) : <div className={rowStyles.placeholder} />}
          </li>
        )
      })}
    </ul>
  )
}
