import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useClient } from '#console/ui/client-context.tsx'

/** Aborted after signing out, so that the page opens no new stream until the next document loads. */
export const signedOut = new AbortController()

/** Keeps the team's pages up to date with changes made by other people, while `isAllowed`. */
export const useLiveUpdates = (isAllowed: boolean): void => {
  const client = useClient()
  const queryClient = useQueryClient()
  useEffect(() => {
    if (!isAllowed) return
    const ended = new AbortController()
    // Loaded after the page. If that fails, the page works without live updates.
    import('./follow-changes.ts').then(
      ({ followChanges }) => followChanges(client, queryClient, AbortSignal.any([ended.signal, signedOut.signal])),
      () => undefined,
    )
    return () => ended.abort()
  }, [client, queryClient, isAllowed])
}
