import type { Query, QueryClient } from '@tanstack/react-query'
import type { ChangeKind, ChangeNotice } from '#shared/notice.ts'
import { isPostponed } from './postpone-refetch.ts'

/** First elements of the query keys that each kind of change affects. Every change affects the trail. */
const affectedRoots: Record<Exclude<ChangeKind, 'anything'>, readonly string[]> = {
  // A scope's record contains its number of secrets.
  secrets: ['secrets', 'scopes', 'audit'],
  // A list of secrets names the scopes with the same secret. An API key names the scope it is limited to.
  scopes: ['scopes', 'secrets', 'api-keys', 'project-access', 'audit'],
  keys: ['api-keys', 'audit'],
  // Affects the person's own permissions, and the names of members in lists.
  members: ['members', 'invites', 'session', 'project-access', 'secrets', 'api-keys', 'audit'],
  audit: ['audit'],
}
const allRoots = new Set(Object.values(affectedRoots).flat())

/** Minimum milliseconds between refetches, for ordinary queries and for long lists. */
const minimumInterval = { short: 1000, long: 5000 }
/** Lists with more loaded pages than this are long: a refetch makes one request per page. */
const fewPages = 2

const isLong = ({ state }: Query): boolean => {
  const { data } = state
  return typeof data === 'object' && data !== null && 'pages' in data && Array.isArray(data.pages)
    ? data.pages.length > fewPages
    : false
}

/** Returns `onNotice`, which refetches the queries that a notice affects, throttled, and `end`, which stops it. */
export const createRefetcher = (queryClient: QueryClient) => {
  const refetch = (long: boolean) => (roots: ReadonlySet<unknown>) => {
    void queryClient.invalidateQueries({
      predicate: (query) => roots.has(query.queryKey[0]) && isLong(query) === long && !isPostponed(queryClient, query),
    })
  }
  const refetchShort = throttled(minimumInterval.short, refetch(false))
  const refetchLong = throttled(minimumInterval.long, refetch(true))
  return {
    onNotice: ({ kind }: ChangeNotice): void => {
      const roots = kind === 'anything' ? allRoots : affectedRoots[kind]
      refetchShort.add(roots)
      refetchLong.add(roots)
    },
    end: (): void => {
      refetchShort.end()
      refetchLong.end()
    },
  }
}

/** Throttles `run`: calls it at once for the first roots, then at most every `ms` milliseconds with all later ones. */
const throttled = (ms: number, run: (added: ReadonlySet<unknown>) => void) => {
  let added = new Set<unknown>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const flush = () => {
    timer = undefined
    if (added.size === 0) return
    const now = added
    added = new Set()
    timer = setTimeout(flush, ms)
    run(now)
  }
  return {
    add: (roots: Iterable<unknown>) => {
      for (const root of roots) added.add(root)
      if (timer === undefined) flush()
    },
    end: () => clearTimeout(timer),
  }
}
