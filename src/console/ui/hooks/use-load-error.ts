import { useState } from 'react'

type QueryState = { data: unknown; isPlaceholderData: boolean; error: Error | null; errorUpdatedAt: number }

/**
 * Returns why a query has no data, until data arrives. TanStack Query itself resets the error at each refetch.
 * Returns `undefined` during the first fetch, and after the query key changes.
 */
export const useLoadError = ({ data, isPlaceholderData, error, errorUpdatedAt }: QueryState): Error | undefined => {
  const isLoaded = data !== undefined && !isPlaceholderData
  return useStickyError(isLoaded ? null : error, errorUpdatedAt, isLoaded)
}

type PagesState = {
  data: { pages: readonly unknown[] } | undefined
  error: Error | null
  errorUpdatedAt: number
  isFetchNextPageError: boolean
}

/** Returns why the next page of a list failed to load, until it loads. The query resets the error at each refetch. */
export const useNextPageError = ({ data, error, errorUpdatedAt, isFetchNextPageError }: PagesState) =>
  useStickyError(isFetchNextPageError ? error : null, errorUpdatedAt, data?.pages.length)

/** Keeps an error as long as the time of the last failure, `at`, and the loaded data are the same. */
const useStickyError = (error: Error | null, at: number, loaded: unknown): Error | undefined => {
  const [kept, setKept] = useState<{ error: Error; at: number; loaded: unknown }>()
  const isSame = kept?.at === at && kept.loaded === loaded
  if (error && !isSame) setKept({ error, at, loaded })
  if (!error && kept && !isSame) setKept(undefined)
  return isSame ? kept.error : undefined
}
