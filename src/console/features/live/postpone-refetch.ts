import type { Query, QueryClient } from '@tanstack/react-query'

const postponedScopes = new WeakMap<QueryClient, Set<string>>()

/**
 * Suspends live refetches of queries about a scope while it is being deleted. The notice may arrive before the answer,
 * and refetching the visible page would fail with NOT_FOUND. Call the returned function if the deletion failed.
 */
export const postponeRefetch = (queryClient: QueryClient, scopeId: string): (() => void) => {
  const ids = postponedScopes.get(queryClient) ?? new Set()
  postponedScopes.set(queryClient, ids.add(scopeId))
  return () => {
    ids.delete(scopeId)
    // Catch up with notices that were ignored.
    void queryClient.invalidateQueries({ predicate: isAbout(scopeId) })
  }
}

/** Returns whether a query is about a scope: the scope's id is an element of its key. */
export const isAbout =
  (scopeId: string) =>
  ({ queryHash }: Query): boolean =>
    queryHash.includes(JSON.stringify(scopeId))

export const isPostponed = (queryClient: QueryClient, query: Query): boolean =>
  [...(postponedScopes.get(queryClient) ?? [])].some((id) => isAbout(id)(query))
