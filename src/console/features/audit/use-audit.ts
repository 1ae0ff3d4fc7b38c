import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useSearchParams } from 'react-router-dom'
import { useSession } from '#console/features/session/use-session.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { type AuditFilter, filterIn, filterKeys, queryOf } from './audit-filter.ts'

/** The filter that the address keeps, and ways to change it. The address changes in place: Back leaves the page. */
export const useAuditFilter = () => {
  const [params, setParams] = useSearchParams()
  const change = (edit: (after: URLSearchParams) => void) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before)
        edit(after)
        return after
      },
      { replace: true, preventScrollReset: true },
    )
  const set = (key: keyof AuditFilter, value: string) =>
    change((after) => (value === '' ? after.delete(key) : after.set(key, value)))
  const clear = () =>
    change((after) => {
      for (const key of filterKeys) after.delete(key)
    })
  return { filter: filterIn(params), set, clear }
}

/** The records that the filter keeps, newest first, a page at a time. */
export const useAudit = (filter: AuditFilter) => {
  const client = useClient()
  const { team } = useSession()
  return useInfiniteQuery({
    queryKey: ['audit', team.id, filter],
    queryFn: ({ pageParam }) => client.audit.list({ ...queryOf(filter), limit: 50, after: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextPage }) => nextPage,
    placeholderData: keepPreviousData,
  })
}
