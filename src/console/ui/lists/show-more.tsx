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
  /** Parent element of the rows. The first new row gets the focus. */
  rows: RefObject<HTMLElement | null>
}

/** A button below a list that loads its next page. */
export function ShowMore({ list, rows }: ShowMoreProps) {
  const focusIndex = useFocusFirstNewRow(rows, list.data?.pages.length)
  const nextPage = useNextPage(list)
  const error = useNextPageError(list)
  const showMore = () => {
    focusIndex.current = rows.current?.children.length
    nextPage.load()
  }
  const retry = () => {
    showMore()
    return list.fetchNextPage({ cancelRefetch: false })
  }
  if (!list.hasNextPage) return null
  if (error !== undefined) return <LoadFailed what="The next page" error={error} onRetry={retry} />
  return (
    <div className={styles.showMore}>
      <Button busy={nextPage.isLoading} busyLabel="Loading more…" onClick={showMore}>
        Show more
      </Button>
    </div>
  )
}

/**
 * Loads one more page, also when the list is refetched meanwhile because of another person's change: a refetch
 * cancels the loading of a page, or must end before it starts.
 */
const useNextPage = ({ data, hasNextPage, isFetching, isFetchNextPageError, fetchNextPage }: ShowMoreProps['list']) => {
  const pages = data?.pages.length ?? 0
  const [wanted, setWanted] = useState<number>()
  const isLoading = wanted !== undefined && wanted > pages && hasNextPage
  useEffect(() => {
    if (!isLoading) setWanted(undefined)
    else if (!isFetching && !isFetchNextPageError) void fetchNextPage()
  }, [isLoading, isFetching, isFetchNextPageError, fetchNextPage])
  return { isLoading, load: () => setWanted(pages + 1) }
}

/** Moves the focus to the first new row after a page loads, because the button has moved or disappeared. */
const useFocusFirstNewRow = (rows: RefObject<HTMLElement | null>, pages: number | undefined) => {
  const focusIndex = useRef<number>(undefined)
  useEffect(() => {
    if (pages === undefined || focusIndex.current === undefined) return
    rows.current?.children[focusIndex.current]?.querySelector<HTMLElement>('a, button')?.focus()
    focusIndex.current = undefined
  }, [rows, pages])
  return focusIndex
}
