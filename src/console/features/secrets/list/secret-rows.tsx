import { type ComponentType, type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { Skeleton } from '#console/ui/feedback/skeleton.tsx'
import { buttonAfterKey, focusRowButton } from '#console/ui/lists/row-focus.ts'
import type { SecretRowsProps } from './listed-rows.ts'
import { rowHeight } from './row-height.ts'
import { useLoadUntil } from './use-secret-list.ts'

/** Lists with more rows are virtualized. */
const maxPlainRows = 200

/** Renders the rows of a list; of a long list, only the rows near the viewport. */
export function SecretRows(props: SecretRowsProps) {
  const isLong = props.list.total > maxPlainRows
  const LongRows = useLongRows(isLong)
  if (!isLong) return <PlainRows {...props} />
  return LongRows ? <LongRows {...props} /> : <Skeleton rows={4} height={rowHeight()} />
}

let loaded: ComponentType<SecretRowsProps> | undefined

/**
 * Loads the code for virtualized rows with the first long list, because few people have one. Does not use Suspense,
 * which delays the content by a third of a second after a fallback. If loading fails, all rows are rendered, more slowly.
 */
const useLongRows = (isLong: boolean): ComponentType<SecretRowsProps> | undefined => {
  const [, setRows] = useState(() => loaded)
  useEffect(() => {
    if (!isLong || loaded) return
    const take = (rows: ComponentType<SecretRowsProps>) => {
      loaded = rows
      setRows(() => rows)
    }
    import('./virtual-rows.tsx').then(
      ({ VirtualRows }) => take(VirtualRows),
      () => take(PlainRows),
    )
  }, [isLong])
  return loaded
}

/** Renders all rows of a list of moderate length, so that the browser's search finds every name. */
function PlainRows({ list, rows, row }: SecretRowsProps) {
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
