import { type ComponentProps, type ReactNode, useMemo } from 'react'
import type { SecretWrites } from '#console/features/secrets/use-secret-writes.ts'
import { LoadFailed } from '#console/ui/feedback/failure-notice.tsx'
import { loadLater } from '#console/ui/feedback/load-later.tsx'
import { Skeleton } from '#console/ui/feedback/skeleton.tsx'
import { useLoadError, useNextPageError } from '#console/ui/hooks/use-load-error.ts'
import { EmptyState } from '#console/ui/lists/empty-state.tsx'
import type { Scope } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'
import { reference } from '#shared/workload/reference.ts'
import { DeletedRow } from './deleted-row.tsx'
import styles from './list.module.css'
import { type Deletion, type ListedRow, listedRows } from './listed-rows.ts'
import { rowHeight } from './row-height.ts'
import type { SecretFilter } from './secret-address.ts'
import { SecretFilters } from './secret-filters.tsx'
import { OpenedRow, SecretListRow } from './secret-row.tsx'
import { SecretRows } from './secret-rows.tsx'
import type { useOpenedRows } from './use-opened-rows.ts'
import type { LoadedSecrets } from './use-secret-list.ts'

const EditSecret = loadLater(
  'The form',
  async () => (await import('#console/features/secrets/form/edit-secret.tsx')).EditSecret,
  null,
)
const SecretHistory = loadLater(
  'The history',
  async () => (await import('#console/features/secrets/history/secret-history.tsx')).SecretHistory,
  null,
)

type StoredListProps = Omit<ComponentProps<typeof FilteredList>, 'row' | 'openNames'> & {
  scope: Scope
  writes: SecretWrites
  opened: ReturnType<typeof useOpenedRows>
  /** The name that was just stored, and the name whose last write did not change its value. */
  marked: string | undefined
  unchanged: string | undefined
  onDelete: (secret: Secret) => void
  onSaved: (secret: Secret) => void
  onRestored: (secret: Secret) => void
  onDismiss: (key: string, deletion: Deletion) => void
}

/** Renders the stored secrets: each as a row, an edit form, a history, or the placeholder for a deleted row. */
export function StoredList(props: StoredListProps) {
  const { scope, writes, opened, marked, unchanged, onDelete, onSaved, onRestored, onDismiss, ...list } = props
  const { denied } = list
  const row = ({ key, secret, deletion }: ListedRow) => {
    const { name } = secret
    if (deletion) {
      const dismiss = () => onDismiss(key, deletion)
      return <DeletedRow deletion={deletion} writes={writes} onRestored={onRestored} onDismiss={dismiss} />
    }
    const mode = opened.rows.get(name)
    if (mode === undefined) {
      return (
        <SecretListRow
          kind={scope.kind}
          secret={secret}
          marked={name === marked}
          unchanged={name === unchanged}
          denied={denied}
          onOpen={opened.open}
          onDelete={onDelete}
        />
      )
    }
    const shared = { secret, writes, onClose: () => opened.close(name, mode) }
    const finishEditing = (saved: Secret) => {
      opened.close(name, mode)
      onSaved(saved)
    }
    return (
      <OpenedRow name={name}>
        {mode === 'edit' ? (
          <EditSecret {...shared} onSaved={finishEditing} />
        ) : (
          <SecretHistory {...shared} scope={scope} denied={denied} />
        )}
      </OpenedRow>
    )
  }
  return <FilteredList {...list} openNames={opened.names} row={row} />
}

type FilteredListProps = {
  /** All secrets of the scope, and those that match the filter. */
  all: LoadedSecrets
  found: LoadedSecrets
  filter: SecretFilter
  emptyText: string
  denied: string | undefined
  /** The names whose rows show the edit form or the history. */
  openNames: ReadonlySet<string>
  /** Deletions that can be undone in place. */
  deletions: readonly Deletion[]
  row: (row: ListedRow) => ReactNode
}

/** Renders the filter and the rows, or the reason why there are no rows. */
function FilteredList(props: FilteredListProps) {
  const { all, found, filter, emptyText, denied, openNames, deletions, row } = props
  const rows = useMemo(() => listedRows(found.items, deletions), [found.items, deletions])
  const allError = useLoadError(all.query)
  const foundError = useLoadError(found.query)
  const moreError = useNextPageError(found.query)
  if (allError !== undefined) return <LoadFailed what="The names" error={allError} onRetry={all.query.refetch} />
  if (foundError !== undefined) return <LoadFailed what="The names" error={foundError} onRetry={found.query.refetch} />
  if (all.query.isPending) return <Skeleton rows={4} height={rowHeight()} />
  const isEmpty = all.total === 0 && openNames.size === 0
  // One element for both cases, so that React keeps a deleted row when another user stores the first secret.
  const rowsPart = found.query.isPending ? (
    <Skeleton rows={4} height={rowHeight()} />
  ) : (
    <SecretRows list={found} {...{ rows, openNames, row }} />
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
