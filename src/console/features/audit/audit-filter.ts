import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query'
import { useSearchParams } from 'react-router-dom'
import { useSession } from '#console/features/session/use-session.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { type AuditAction, type AuditQuery, auditActions } from '#shared/audit/audit-record.ts'

/** What the address keeps of the filter, each part empty when it keeps nothing out. Days are those of this browser. */
export type AuditFilter = { person: string; action: AuditAction | ''; name: string; from: string; to: string }

export const filterKeys = ['person', 'action', 'name', 'from', 'to'] as const satisfies (keyof AuditFilter)[]

/** Reads the filter from an address, which anybody may have typed. */
export const filterIn = (params: URLSearchParams): AuditFilter => {
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

/** The filter as the server takes it: from the beginning of the first day until the end of the last. */
export const queryOf = ({ person, action, name, from, to }: AuditFilter): AuditQuery => ({
  person: person || undefined,
  action: action || undefined,
  name: name || undefined,
  from: from ? startOf(from)?.toISOString() : undefined,
  to: to ? startOf(to, 1)?.toISOString() : undefined,
})

/** When a day begins, or the one so many `days` later; `undefined` for what is no day. */
const startOf = (day: string, days = 0): Date | undefined => {
  const start = new Date(`${day}T00:00`)
  if (Number.isNaN(start.getTime())) return undefined
  start.setDate(start.getDate() + days)
  return start
}

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
