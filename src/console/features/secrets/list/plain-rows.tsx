import { type KeyboardEvent, useRef } from 'react'
import { buttonAfterKey, focusRowButton } from '#console/ui/lists/row-focus.ts'
import type { RowsProps } from './secret-rows.tsx'
import { useLoadUntil } from './use-secret-list.ts'

/** All rows of a list of moderate length, so that the browser's own search finds every name. */
export function PlainRows({ list, rows, row }: RowsProps) {
  const element = useRef<HTMLUListElement>(null)
  useLoadUntil(list, list.total - 1)

  const move = (event: KeyboardEvent) => {
    const button = buttonAfterKey(event, rows.length)
    if (button) focusRowButton(element.current, button)
  }
  return (
    <ul ref={element} aria-label="Stored names" onKeyDown={move}>
      {rows.map((listed, index) => (
        <li key={listed.key} data-index={index} data-name={listed.key}>
          {row(listed)}
        </li>
      ))}
    </ul>
  )
}
