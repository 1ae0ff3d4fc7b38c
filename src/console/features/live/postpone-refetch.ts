import type { Query, QueryClient } from '@tanstack/react-query'

const heldBack = new WeakMap<QueryClient, Set<string>>()

/**
 * Has nothing read anew that is about a scope, from when its deletion is asked for: the notice of it may come before the
 * answer, and what is still in sight would be asked for once more and not be found. The function that it returns is for
 * when it was not deleted.
 */
export const postponeRefetch = (queryClient: QueryClient, scopeId: string): (() => void) => {
  const ids = heldBack.get(queryClient) ?? new Set()
  heldBack.set(queryClient, ids.add(scopeId))
  return () => {
    ids.delete(scopeId)
    // What was missed meanwhile.
    void queryClient.invalidateQueries({ predicate: isAbout(scopeId) })
  }
}

/** Whether a query is about a scope: its id stands somewhere in the key, by itself. */
export const isAbout =
  (scopeId: string) =>
  ({ queryHash }: Query): boolean =>
    queryHash.includes(JSON.stringify(scopeId))

export const isPostponed = (queryClient: QueryClient, query: Query): boolean =>
  [...(heldBack.get(queryClient) ?? [])].some((id) => isAbout(id)(query))
