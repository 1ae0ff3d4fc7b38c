import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { secretKeys } from '#console/features/secrets/list/use-secret-list.ts'
import { useSession } from '#console/features/session/use-session.ts'
import { useClient } from '#console/ui/client-context.tsx'
import type { Scope } from '#shared/scope.ts'
import { defaultTrashDays } from '#shared/trash.ts'

const pageSize = 50

/** What was deleted from a scope and is kept, newest first, a page at a time; `q` keeps those with it in their name. */
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

/** How many days a deleted secret is kept here. */
export const useTrashDays = (): number => useSession().trashDays ?? defaultTrashDays

/** “30 days”. */
export const daysWords = (days: number): string => `${days.toLocaleString('en')} ${days === 1 ? 'day' : 'days'}`
