import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { secretKeys } from '#console/features/secrets/secret-cache.ts'
import { useSession } from '#console/features/session/use-session.ts'
import { useClient } from '#console/ui/client-context.tsx'
import type { Scope } from '#shared/scope.ts'
import { defaultTrashDays } from '#shared/trash.ts'

const pageSize = 50

/** Fetches the deleted secrets of a scope whose names contain `q`, page by page, newest first. */
export const useTrash = (scope: Scope, q: string) => {
  const client = useClient()
  return useInfiniteQuery({
    queryKey: [...secretKeys.trash(scope), q],
    queryFn: ({ pageParam, signal }) =>
      client.trash.list(scope, { q, limit: pageSize, ...(pageParam ? { after: pageParam } : {}) }, signal),
    initialPageParam: '',
    getNextPageParam: ({ nextPage }) => nextPage,
    placeholderData: keepPreviousData,
  })
}

/** Returns how many days the server keeps a deleted secret. */
export const useTrashDays = (): number => useSession().trashDays ?? defaultTrashDays
