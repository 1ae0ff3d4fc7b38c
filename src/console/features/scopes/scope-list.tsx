import { type RefObject, useEffect, useRef } from 'react'
import { useSession } from '#console/features/session/use-session.ts'
import { Button } from '#console/ui/button.tsx'
import { EmptyState } from '#console/ui/empty-state.tsx'
import { FilterField } from '#console/ui/filter-field.tsx'
import { LoadFailed } from '#console/ui/load-failed.tsx'
import { Skeleton } from '#console/ui/skeleton.tsx'
import { useUrlFilter } from '#console/ui/use-url-filter.ts'
import styles from './scope-list.module.css'
import { useScopeList } from './scope-queries.ts'
import { ScopeRow } from './scope-row.tsx'
import { counted, type MadeScopeKind, scopeWords } from './scope-words.ts'

/** The team’s projects or clusters by name, with a filter that is kept in the address. */
export function ScopeList({ kind }: { kind: MadeScopeKind }) {
  const { team } = useSession()
  const { text, setText, q } = useUrlFilter()
  const list = useScopeList(kind, q)
  const filter = useRef<HTMLInputElement>(null)
  const rows = useRef<HTMLUListElement>(null)
  const readOnAt = useReadingOn(rows, list.data?.pages.length)
  const { one, many, title, purpose, example, page } = scopeWords[kind]
  if (list.isPending) return <Skeleton rows={4} height={52} />
  if (!list.data) {
    const retry = () => void list.refetch()
    return <LoadFailed what={`The ${many}`} error={list.error} retrying={list.isFetching} onRetry={retry} />
  }
  const records = list.data.pages.flatMap(({ items }) => items)
  const total = list.data.pages[0]?.total ?? 0
  if (total === 0 && q === '' && text === '') {
    return (
      <EmptyState text={`There are no ${many} in this team yet`}>
        <p>{purpose}</p>
        <p>
          Make the first one with “New {one}”, for example <code>{example}</code>.
        </p>
      </EmptyState>
    )
  }
  const clear = () => {
    setText('')
    filter.current?.focus()
  }
  const showMore = () => {
    readOnAt.current = records.length
    void list.fetchNextPage()
  }
  const found = counted(total, one, many)
  return (
    <div className={styles.list}>
      <FilterField ref={filter} label={`Filter ${many}`} value={text} onChange={setText} />
      <p role="status" className={styles.count}>
        {q === '' ? found : `${found} with “${q}” in the name`}
      </p>
      {total === 0 ? (
        <EmptyState text={`No ${one} has “${q}” in its name`}>
          <Button onClick={clear}>Clear filter</Button>
        </EmptyState>
      ) : (
        <ul ref={rows} aria-label={title} className={styles.rows}>
          {records.map((record) => (
            <ScopeRow key={record.id} record={record} to={page(team.namespace, record.id)} />
          ))}
        </ul>
      )}
      {list.isFetchNextPageError && (
        <LoadFailed what="The next page" error={list.error} onRetry={() => void list.fetchNextPage()} />
      )}
      {list.hasNextPage && !list.isFetchNextPageError && (
        <div className={styles.more}>
          <Button busy={list.isFetchingNextPage} busyLabel="Loading…" onClick={showMore}>
            Show more
          </Button>
        </div>
      )}
    </div>
  )
}

/** After more has been shown, the focus goes to where the new rows begin: the button has moved away, or is gone. */
const useReadingOn = (rows: RefObject<HTMLElement | null>, pages: number | undefined) => {
  const readOnAt = useRef<number>(undefined)
  useEffect(() => {
    if (pages === undefined || readOnAt.current === undefined) return
    rows.current?.children[readOnAt.current]?.querySelector('a')?.focus()
    readOnAt.current = undefined
  }, [rows, pages])
  return readOnAt
}
