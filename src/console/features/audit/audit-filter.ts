import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useSearchParams } from 'react-router-dom'
import { useSession } from '#console/features/session/use-session.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { type AuditAction, type AuditQuery, auditActions } from '#shared/audit/audit-record.ts'

/** The filter as the URL keeps it; an empty part matches everything. Days are in the browser's time zone. */
export type AuditFilter = { person: string; action: AuditAction | ''; name: string; from: string; to: string }

const filterKeys = ['person', 'action', 'name', 'from', 'to'] as const satisfies (keyof AuditFilter)[]

/** Reads the filter from the URL and drops invalid parts. */
export const readAuditFilter = (params: URLSearchParams): AuditFilter => {
  const day = (key: 'from' | 'to') => {
    const text = params.get(key) ?? ''
    return /^\d{4}-\d\d-\d\d$/.test(text) && startOf(text) ? text : ''
  }
  return {
    person: params.get('person') ?? '',
    action: auditActions.find((action) => action === params.get('action')) ?? '',
    name: (params.get('name') ?? '').trim(),
    from: day('from'),
    to: day('to'),
  }
}

/** Returns the filter as a query of the API: from the start of the first day until the end of the last. */
export const toAuditQuery = ({ person, action, name, from, to }: AuditFilter): AuditQuery => ({
  person: person || undefined,
  action: action || undefined,
  name: name || undefined,
  from: from ? startOf(from)?.toISOString() : undefined,
  to: to ? startOf(to, 1)?.toISOString() : undefined,
})

/** Returns the start of the day that is `days` after `day`; `undefined` if `day` is not a date. */
const startOf = (day: string, days = 0): Date | undefined => {
  const start = new Date(`${day}T00:00`)
  if (Number.isNaN(start.getTime())) return undefined
  start.setDate(start.getDate() + days)
  return start
}

/** Reads and changes the filter in the URL. Replaces the history entry, so that Back leaves the page. */
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
  return { filter: readAuditFilter(params), set, clear }
}

/** Fetches the audit records that match the filter, page by page, newest first. */
export const useAuditRecords = (filter: AuditFilter) => {
  const client = useClient()
  const { team } = useSession()
  return useInfiniteQuery({
    queryKey: ['audit', team.id, filter],
    queryFn: ({ pageParam }) => client.audit.list({ ...toAuditQuery(filter), limit: 50, after: pageParam }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextPage }) => nextPage,
    placeholderData: keepPreviousData,
  })
}
