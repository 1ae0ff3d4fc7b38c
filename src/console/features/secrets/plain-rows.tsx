import { type KeyboardEvent, useRef } from 'react'
import { buttonAfterKey, focusRowButton } from '#console/ui/row-movement.ts'
import type { RowsProps } from './secret-rows.tsx'
import { useLoadUntil } from './use-secret-list.ts'

/** All rows of a list of moderate length, so that the browser's own search finds every name. */
export function PlainRows({ list, row }: RowsProps) {
  const rows = useRef<HTMLUListElement>(null)
  useLoadUntil(list, list.total - 1)

  const move = (event: KeyboardEvent) => {
    const button = buttonAfterKey(event, list.items.length)
    if (button) focusRowButton(rows.current, button)
  }
  return (
    <ul ref={rows} aria-label="Stored names" onKeyDown={move}>
      {list.items.map((secret, index) => (
        <li key={secret.name} data-index={index} data-name={secret.name}>
          {row(secret)}
        </li>
      ))}
    </ul>
  )
}
