import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useClient } from '#console/ui/client-context.tsx'

/** Aborted once somebody has signed out: until the next document is there, this one asks for nothing more. */
export const signedOut = new AbortController()

/** Keeps all that is shown of the page's team up to date with what others change. */
export const useLiveUpdates = (): void => {
  const client = useClient()
  const queryClient = useQueryClient()
  useEffect(() => {
    const ended = new AbortController()
    // Its code comes after the page's own. Without it, the page is as it was when it was loaded.
    import('./follow-changes.ts').then(
      ({ followChanges }) => followChanges(client, queryClient, AbortSignal.any([ended.signal, signedOut.signal])),
      () => undefined,
    )
    return () => ended.abort()
  }, [client, queryClient])
}
