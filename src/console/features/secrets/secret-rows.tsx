import { lazy, type ReactNode, Suspense } from 'react'
import { Skeleton } from '#console/ui/skeleton.tsx'
import type { Secret } from '#shared/secret.ts'
import { PlainRows } from './plain-rows.tsx'
import { rowHeight } from './row-height.ts'
import type { SecretList } from './use-secret-list.ts'

export type RowsProps = {
  list: SecretList
  /** The names whose rows are being edited. */
  editing: ReadonlySet<string>
  row: (secret: Secret) => ReactNode
}

const mostPlainRows = 200

/** Loaded for the first long list, for few have one. If that fails, all rows are drawn, which is slower and works. */
const VirtualRows = lazy(() =>
  import('./virtual-rows.tsx').then(
    ({ VirtualRows }) => ({ default: VirtualRows }),
    () => ({ default: PlainRows }),
  ),
)

/** The rows of a list; of a long one, those near the window only. */
export function SecretRows(props: RowsProps) {
  if (props.list.total <= mostPlainRows) return <PlainRows {...props} />
  return (
    <Suspense fallback={<Skeleton rows={4} height={rowHeight()} />}>
      <VirtualRows {...props} />
    </Suspense>
  )
}
