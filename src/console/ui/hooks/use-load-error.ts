import { useState } from 'react'

type Asked = { data: unknown; isPlaceholderData: boolean; error: Error | null; errorUpdatedAt: number }

/**
 * Why a query has no data, until it has: the query itself forgets that as soon as it is asked again, by whomever.
 * Undefined while it is asked for the first time, and for another query in its place.
 */
export const useLoadError = ({ data, isPlaceholderData, error, errorUpdatedAt }: Asked): Error | undefined => {
  const isLoaded = data !== undefined && !isPlaceholderData
  return useKept(isLoaded ? null : error, errorUpdatedAt, isLoaded)
}

type AskedForMore = {
  data: { pages: readonly unknown[] } | undefined
  error: Error | null
  errorUpdatedAt: number
  isFetchNextPageError: boolean
}

/** Why a list's next page has not come, until it has: the list itself forgets that when it is read anew. */
export const useNextPageError = ({ data, error, errorUpdatedAt, isFetchNextPageError }: AskedForMore) =>
  useKept(isFetchNextPageError ? error : null, errorUpdatedAt, data?.pages.length)

/** Keeps an error while `at` is when the query last failed, and what there is of its data is what there was. */
const useKept = (error: Error | null, at: number, loaded: unknown): Error | undefined => {
  const [kept, keep] = useState<{ error: Error; at: number; loaded: unknown }>()
  const isSame = kept?.at === at && kept.loaded === loaded
  if (error && !isSame) keep({ error, at, loaded })
  if (!error && kept && !isSame) keep(undefined)
  return isSame ? kept.error : undefined
}
