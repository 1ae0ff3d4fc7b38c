import { type ComponentType, type ReactNode, useEffect, useState } from 'react'
import { Skeleton } from '#console/ui/feedback/skeleton.tsx'
import type { ListedRow } from './listed-rows.ts'
import { PlainRows } from './plain-rows.tsx'
import { rowHeight } from './row-height.ts'
import type { SecretList } from './use-secret-list.ts'

export type RowsProps = {
  list: SecretList
  /** Those that are loaded, with what was just deleted from among them. */
  rows: readonly ListedRow[]
  /** The names whose rows are being edited, or show their history. */
  editing: ReadonlySet<string>
  row: (row: ListedRow) => ReactNode
}

const mostPlainRows = 200

/** The rows of a list; of a long one, those near the window only. */
export function SecretRows(props: RowsProps) {
  const isLong = props.list.total > mostPlainRows
  const LongRows = useLongRows(isLong)
  if (!isLong) return <PlainRows {...props} />
  return LongRows ? <LongRows {...props} /> : <Skeleton rows={4} height={rowHeight()} />
}

let loaded: ComponentType<RowsProps> | undefined

/**
 * Loads the rows of long lists with the first one, for few people have one. Without Suspense, which holds back what it
 * shows after a fallback for a third of a second. If the code cannot be loaded, all rows are drawn, slower.
 */
const useLongRows = (wanted: boolean): ComponentType<RowsProps> | undefined => {
  const [, setRows] = useState(() => loaded)
  useEffect(() => {
    if (!wanted || loaded) return
    const take = (rows: ComponentType<RowsProps>) => {
      loaded = rows
      setRows(() => rows)
    }
    import('./virtual-rows.tsx').then(
      ({ VirtualRows }) => take(VirtualRows),
      () => take(PlainRows),
    )
  }, [wanted])
  return loaded
}
