import { useRef } from 'react'
import { LoadFailed } from '#console/ui/feedback/failure-notice.tsx'
import { Skeleton } from '#console/ui/feedback/skeleton.tsx'
import { Button } from '#console/ui/forms/button.tsx'
import { useLoadError } from '#console/ui/hooks/use-load-error.ts'
import common from '#console/ui/layout/common.module.css'
import { countWords } from '#console/ui/layout/count-words.ts'
import { EmptyState } from '#console/ui/lists/empty-state.tsx'
import { ShowMore } from '#console/ui/lists/show-more.tsx'
import { useUrlFilter } from '#console/ui/lists/use-url-filter.ts'
import styles from './audit.module.css'
import { useAuditFilter, useAuditRecords } from './audit-filter.ts'
import { AuditFilters } from './audit-filters.tsx'
import { AuditRow } from './audit-row.tsx'

/** Renders the audit trail of the team, newest first, with a filter kept in the URL. */
export function AuditTrail() {
  const { filter, set, clear } = useAuditFilter()
  const { text, setText } = useUrlFilter('name')
  const list = useAuditRecords(filter)
  const error = useLoadError(list)
  const rows = useRef<HTMLUListElement>(null)
  const filtered = Object.values(filter).some((part) => part !== '')
  const clearAll = () => {
    // `clear` also removes a name in the URL: of two separate URL changes, the second would undo the first.
    if (filter.name === '') setText('')
    clear()
  }
  return (
    <div className={common.column}>
      <AuditFilters filter={filter} name={{ text, setText }} onChange={set} />
      {error !== undefined ? (
        <LoadFailed what="The audit trail" error={error} onRetry={list.refetch} />
      ) : !list.data ? (
        <Skeleton rows={6} height={66} />
      ) : (
        <>
          <div className={styles.found}>
            <p role="status">{totalWords(list.data.pages[0]?.total ?? 0, filtered)}</p>
            {filtered && (
              <Button look="plain" onClick={clearAll}>
                Clear filter
              </Button>
            )}
          </div>
          {list.data.pages[0]?.total === 0 ? (
            <EmptyState text={filtered ? 'Nothing on record fits the filter' : 'Nothing is on record yet'} />
          ) : (
            <ul ref={rows} aria-label="Audit trail" className={common.rows}>
              {list.data.pages
                .flatMap(({ items }) => items)
                .map((record) => (
                  <AuditRow key={record.seq} record={record} />
                ))}
            </ul>
          )}
          <ShowMore list={list} rows={rows} />
        </>
      )}
    </div>
  )
}

const totalWords = (total: number, filtered: boolean): string => {
  const count = countWords(total, 'record')
  return filtered ? `${count} with this filter` : count
}
