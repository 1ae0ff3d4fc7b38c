import { type RefObject, useEffect, useRef } from 'react'
import { Button } from './button.tsx'
import { LoadFailed } from './load-failed.tsx'
import styles from './show-more.module.css'

type ShowMoreProps = {
  list: {
    data: { pages: readonly unknown[] } | undefined
    error: unknown
    hasNextPage: boolean
    isFetchingNextPage: boolean
    isFetchNextPageError: boolean
    fetchNextPage: () => Promise<unknown>
  }
  /** What holds the rows; the first new one gets the focus. */
  rows: RefObject<HTMLElement | null>
}

/** Below a list of which there is more: loads its next page. */
export function ShowMore({ list, rows }: ShowMoreProps) {
  const readOnAt = useReadingOn(rows, list.data?.pages.length)
  const showMore = () => {
    readOnAt.current = rows.current?.children.length
    void list.fetchNextPage()
  }
  if (list.isFetchNextPageError) {
    return <LoadFailed what="The next page" error={list.error} onRetry={() => void list.fetchNextPage()} />
  }
  if (!list.hasNextPage) return null
  return (
    <div className={styles.more}>
      <Button busy={list.isFetchingNextPage} busyLabel="Loading more…" onClick={showMore}>
        Show more
      </Button>
    </div>
  )
}

/** After more has been shown, the focus goes to where the new rows begin: the button has moved away, or is gone. */
const useReadingOn = (rows: RefObject<HTMLElement | null>, pages: number | undefined) => {
  const readOnAt = useRef<number>(undefined)
  useEffect(() => {
    if (pages === undefined || readOnAt.current === undefined) return
    rows.current?.children[readOnAt.current]?.querySelector<HTMLElement>('a, button')?.focus()
    readOnAt.current = undefined
  }, [rows, pages])
  return readOnAt
}
