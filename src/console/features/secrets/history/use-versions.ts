import { useInfiniteQuery } from '@tanstack/react-query'
import { secretKeys } from '#console/features/secrets/list/use-secret-list.ts'
import { useClient } from '#console/ui/client-context.tsx'
import type { Scope } from '#shared/scope.ts'

/** So many versions are shown at first, and with each “Show more”. */
const pageSize = 5

/** The versions of a secret that are kept, newest first. Values are not among what is read. */
export const useVersions = (scope: Scope, name: string) => {
  const client = useClient()
  return useInfiniteQuery({
    queryKey: secretKeys.versions(scope, name),
    queryFn: ({ pageParam, signal }) =>
      client.secrets.versions(scope, name, { limit: pageSize, ...(pageParam ? { after: pageParam } : {}) }, signal),
    initialPageParam: '',
    getNextPageParam: ({ nextPage }) => nextPage,
  })
}
