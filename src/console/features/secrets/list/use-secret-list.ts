import { keepPreviousData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { useClient } from '#console/ui/client-context.tsx'
import { maxPageSize } from '#shared/page.ts'
import type { Scope } from '#shared/scope.ts'
import type { Secret } from '#shared/secret.ts'
import { asFetched, firstPage, type ListFilter, type SecretPages } from './secret-pages.ts'

/** Query keys of secrets: of everything that is read of a scope, and of its lists, its trash and its secrets’ versions. */
export const secretKeys = {
  all: ['secrets'] as const,
  scope: ({ kind, id }: Scope) => [...secretKeys.all, kind, id] as const,
  lists: (scope: Scope) => [...secretKeys.scope(scope), 'names'] as const,
  list: (scope: Scope, filter: ListFilter) => [...secretKeys.lists(scope), filter] as const,
  trash: (scope: Scope) => [...secretKeys.scope(scope), 'trash'] as const,
  versions: (scope: Scope, name: string) => [...secretKeys.scope(scope), 'versions', name] as const,
}

/** Up to this many pages are fetched anew when the window gets the focus; more would be a burst of requests. */
const fewPages = 2

/** The names stored in a scope that the filter keeps, page by page. Values are not among what is read. */
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
      const told = { orderBy: 'name', order: 'asc', include: 'overlaps,lastUse' } as const
      return asFetched(await client.secrets.list(scope, { ...told, q, ...part }, signal))
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextPage }) => nextPage,
    placeholderData: keepPreviousData,
    // What shows it may be loaded after the first answer: what it will look at cannot be seen from here.
    notifyOnChangeProps: 'all',
    refetchOnWindowFocus: ({ state }) => (state.data?.pages.length ?? 0) <= fewPages,
    refetchOnReconnect: ({ state }) => (state.data?.pages.length ?? 0) <= fewPages,
  })

  useEffect(
    () => () => {
      const key = secretKeys.list({ kind, id }, { q, unused })
      queryClient.setQueryData<SecretPages>(key, (data) => data && firstPage(data))
    },
    [queryClient, kind, id, q, unused],
  )

  const pages = query.data?.pages
  const items = useMemo<Secret[]>(() => pages?.flatMap((page) => page.items) ?? [], [pages])
  const hasMore = query.hasNextPage
  // While pages are missing, the rows they will bring are counted, so that the scroll bar has its final length.
  const total = hasMore ? Math.max(pages?.at(-1)?.total ?? 0, items.length) : items.length
  return { query, items, total, hasMore }
}

export type SecretList = ReturnType<typeof useSecretList>

/** Fetches pages, one after the other, until row `index` is among the loaded ones. */
export const useLoadUntil = ({ query, items, hasMore }: SecretList, index: number): void => {
  const { isFetching, isFetchNextPageError, isPlaceholderData, fetchNextPage } = query
  const wanted = hasMore && index >= items.length && !isFetching && !isFetchNextPageError && !isPlaceholderData
  useEffect(() => {
    if (wanted) void fetchNextPage()
  }, [wanted, fetchNextPage])
}
