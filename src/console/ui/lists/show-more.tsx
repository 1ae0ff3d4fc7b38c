import { type RefObject, useEffect, useRef, useState } from 'react'
import { LoadFailed } from '#console/ui/feedback/failure-notice.tsx'
import { Button } from '#console/ui/forms/button.tsx'
import { useNextPageError } from '#console/ui/hooks/use-load-error.ts'
import styles from './lists.module.css'

type ShowMoreProps = {
  list: {
    data: { pages: readonly unknown[] } | undefined
    error: Error | null
    errorUpdatedAt: number
    hasNextPage: boolean
    isFetching: boolean
    isFetchNextPageError: boolean
    fetchNextPage: (options?: { cancelRefetch?: boolean }) => Promise<unknown>
  }
  /** What holds the rows; the first new one gets the focus. */
  rows: RefObject<HTMLElement | null>
}

/** Below a list of which there is more: loads its next page. */
export function ShowMore({ list, rows }: ShowMoreProps) {
  const readOnAt = useReadingOn(rows, list.data?.pages.length)
  const more = useOneMore(list)
  const error = useNextPageError(list)
  const showMore = () => {
    readOnAt.current = rows.current?.children.length
    more.ask()
  }
  const retry = () => {
    showMore()
    return list.fetchNextPage({ cancelRefetch: false })
  }
  if (!list.hasNextPage) return null
  if (error !== undefined) return <LoadFailed what="The next page" error={error} onRetry={retry} />
  return (
    <div className={styles.showMore}>
      <Button busy={more.isAwaited} busyLabel="Loading more…" onClick={showMore}>
        Show more
      </Button>
    </div>
  )
}

/**
 * Loads one more page than there are, also when the list is read anew meanwhile, as for what somebody else has changed:
 * that ends the loading of a page, or has to end before one is loaded.
 */
const useOneMore = ({ data, hasNextPage, isFetching, isFetchNextPageError, fetchNextPage }: ShowMoreProps['list']) => {
  const pages = data?.pages.length ?? 0
  const [wanted, setWanted] = useState<number>()
  const isAwaited = wanted !== undefined && wanted > pages && hasNextPage
  useEffect(() => {
    if (!isAwaited) setWanted(undefined)
    else if (!isFetching && !isFetchNextPageError) void fetchNextPage()
  }, [isAwaited, isFetching, isFetchNextPageError, fetchNextPage])
  return { isAwaited, ask: () => setWanted(pages + 1) }
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
