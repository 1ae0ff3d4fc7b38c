import type { Query, QueryClient } from '@tanstack/react-query'
import type { ChangeKind, ChangeNotice } from '#shared/notice.ts'
import { isPostponed } from './postpone-refetch.ts'

/** The first parts of the query keys of what each kind of change may show anew. The trail tells of all of them. */
const concerned: Record<Exclude<ChangeKind, 'anything'>, readonly string[]> = {
  // A scope's record says how many secrets it has.
  secrets: ['secrets', 'scopes', 'audit'],
  // A list of secrets names the scopes that have the same, and a key what it is limited to.
  scopes: ['scopes', 'secrets', 'api-keys', 'project-access', 'audit'],
  keys: ['api-keys', 'audit'],
  // What the person of this session may do, and whose names stand in lists.
  members: ['members', 'invites', 'session', 'project-access', 'secrets', 'api-keys', 'audit'],
  audit: ['audit'],
}
const everything = new Set(Object.values(concerned).flat())

/** Milliseconds at least between two times that the same is read anew, and that of lists of many pages. */
const spacing = { short: 1000, long: 5000 }
/** Lists of more loaded pages than this are long: each page is a request. */
const fewPages = 2

const isLong = ({ state }: Query): boolean => {
  const { data } = state
  return typeof data === 'object' && data !== null && 'pages' in data && Array.isArray(data.pages)
    ? data.pages.length > fewPages
    : false
}

/** Has what a notice concerns read anew: at once, and at most so often. The function to call, and one that ends it. */
export const createRefetcher = (queryClient: QueryClient) => {
  const reading = (long: boolean) => (roots: ReadonlySet<unknown>) => {
    void queryClient.invalidateQueries({
      predicate: (query) => roots.has(query.queryKey[0]) && isLong(query) === long && !isPostponed(queryClient, query),
    })
  }
  const readShort = spaced(spacing.short, reading(false))
  const readLong = spaced(spacing.long, reading(true))
  return {
    onNotice: ({ kind }: ChangeNotice): void => {
      const roots = kind === 'anything' ? everything : concerned[kind]
      readShort.add(roots)
      readLong.add(roots)
    },
    end: (): void => {
      readShort.end()
      readLong.end()
    },
  }
}

/** Runs at once for what is added first, and then for what is added meanwhile each time that the spacing has passed. */
const spaced = (ms: number, run: (added: ReadonlySet<unknown>) => void) => {
  let added = new Set<unknown>()
  let timer: ReturnType<typeof setTimeout> | undefined
  const go = () => {
    timer = undefined
    if (added.size === 0) return
    const now = added
    added = new Set()
    timer = setTimeout(go, ms)
    run(now)
  }
  return {
    add: (roots: Iterable<unknown>) => {
      for (const root of roots) added.add(root)
      if (timer === undefined) go()
    },
    end: () => clearTimeout(timer),
  }
}
