import { keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import {
  keepFirstPage,
  type ListFilter,
  type SecretPages,
  secretKeys,
  toSecretPage,
} from '#console/features/secrets/secret-cache.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { maxPageSize } from '#shared/page.ts'
import type { Scope } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'

/** Lists with more loaded pages are not refetched when the window gets the focus, to avoid a burst of requests. */
const maxRefetchedPages = 2

/** Fetches the secrets of a scope that match the filter, page by page, without their values. */
export const useSecretList = (scope: Scope, { q, unused }: ListFilter) => {
  const client = useClient()
  const queryClient = useQueryClient()
  const { kind, id } = scope
  const query = useInfiniteQuery({
    queryKey: secretKeys.list(scope, { q, unused }),
    queryFn: async ({ pageParam, signal }) => {
      const part = {
        limit: maxPageSize,
        ...(pageParam === undefined ? {} : { after: pageParam }),
        ...(unused === undefined ? {} : { unused }),
      }
      const order = { orderBy: 'name', order: 'asc', include: 'overlaps,lastUse' } as const
      return toSecretPage(await client.secrets.list(scope, { ...order, q, ...part }, signal))
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextPage }) => nextPage,
    placeholderData: keepPreviousData,
    // The list component may load after the first answer, so react-query cannot track which properties it reads.
    notifyOnChangeProps: 'all',
    refetchOnWindowFocus: ({ state }) => (state.data?.pages.length ?? 0) <= maxRefetchedPages,
    refetchOnReconnect: ({ state }) => (state.data?.pages.length ?? 0) <= maxRefetchedPages,
  })

  useEffect(
    () => () => {
      const key = secretKeys.list({ kind, id }, { q, unused })
      queryClient.setQueryData<SecretPages>(key, (data) => data && keepFirstPage(data))
    },
    [queryClient, kind, id, q, unused],
  )

  const pages = query.data?.pages
  const items = useMemo<Secret[]>(() => pages?.flatMap((page) => page.items) ?? [], [pages])
  const hasMore = query.hasNextPage
  // Counts rows of pages that are not loaded yet, so that the scroll bar has its final length.
  const total = hasMore ? Math.max(pages?.at(-1)?.total ?? 0, items.length) : items.length
  return { query, items, total, hasMore }
}

export type LoadedSecrets = ReturnType<typeof useSecretList>

/** Fetches pages one after another until row `index` is loaded. */
export const useLoadUntil = ({ query, items, hasMore }: LoadedSecrets, index: number): void => {
  const { isFetching, isFetchNextPageError, isPlaceholderData, fetchNextPage } = query
  const wanted = hasMore && index >= items.length && !isFetching && !isFetchNextPageError && !isPlaceholderData
  useEffect(() => {
    if (wanted) void fetchNextPage()
  }, [wanted, fetchNextPage])
}
