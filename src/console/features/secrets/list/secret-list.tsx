import { type ReactNode, useMemo } from 'react'
import { LoadFailed } from '#console/ui/feedback/failure-notice.tsx'
import { Skeleton } from '#console/ui/feedback/skeleton.tsx'
import { useLoadError, useNextPageError } from '#console/ui/hooks/use-load-error.ts'
import { EmptyState } from '#console/ui/lists/empty-state.tsx'
import { reference } from '#shared/workload/reference.ts'
import { type Deletion, type ListedRow, listedRows } from './listed-rows.ts'
import { rowHeight } from './row-height.ts'
import { SecretFilters } from './secret-filters.tsx'
import styles from './secret-list.module.css'
import { SecretRows } from './secret-rows.tsx'
import type { SecretFilter } from './use-secret-filter.ts'
import type { SecretList as Loaded } from './use-secret-list.ts'

type SecretListProps = {
  /** All names of the scope, and those that the filter keeps. */
  all: Loaded
  found: Loaded
  filter: SecretFilter
  emptyText: string
  denied: string | undefined
  /** The names whose rows are being edited, or show their history. */
  editing: ReadonlySet<string>
  /** What was just deleted, and can be undone in its place. */
  deletions: readonly Deletion[]
  row: (row: ListedRow) => ReactNode
}

/** The stored names with their filter; or why there are none to be seen. */
export function SecretList(props: SecretListProps) {
  const { all, found, filter, emptyText, denied, editing, deletions, row } = props
  const rows = useMemo(() => listedRows(found.items, deletions), [found.items, deletions])
  const allError = useLoadError(all.query)
  const foundError = useLoadError(found.query)
  const moreError = useNextPageError(found.query)
  if (allError !== undefined) return <LoadFailed what="The names" error={allError} onRetry={all.query.refetch} />
  if (foundError !== undefined) return <LoadFailed what="The names" error={foundError} onRetry={found.query.refetch} />
  if (all.query.isPending) return <Skeleton rows={4} height={rowHeight()} />
  const isEmpty = all.total === 0 && editing.size === 0
  // In one place whether or not it is empty: somebody else may store the first name while a row offers to undo.
  const rowsPart = found.query.isPending ? (
    <Skeleton rows={4} height={rowHeight()} />
  ) : (
    <SecretRows list={found} {...{ rows, editing, row }} />
  )
  return (
    <div className={styles.list}>
      {!isEmpty && (
        <SecretFilters filter={filter} all={all.total} found={found.query.isPending ? undefined : found.total} />
      )}
      {(!isEmpty || deletions.length > 0) && rowsPart}
      {isEmpty && (
        <EmptyState text={emptyText}>
          {denied === undefined && 'Type a name and a value above. '}
          Workloads refer to what is stored here, for example as <code>{reference('API_KEY')}</code>.
        </EmptyState>
      )}
      {moreError !== undefined && (
        <div className={styles.more}>
          <LoadFailed
            what="More names"
            error={moreError}
            onRetry={() => found.query.fetchNextPage({ cancelRefetch: false })}
          />
        </div>
      )}
    </div>
  )
}
