import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useClient } from '#console/client-context.tsx'
import { followChanges } from './follow-changes.ts'
import { readerAnew } from './read-anew.ts'

/** Keeps all that is shown of the page's team up to date with what others change. */
export const useLive = (): void => {
  const client = useClient()
  const queryClient = useQueryClient()
  useEffect(() => {
    const ended = new AbortController()
    const reader = readerAnew(queryClient)
    void followChanges(client, { signal: ended.signal, onNotice: reader.onNotice })
    return () => {
      ended.abort()
      reader.end()
    }
  }, [client, queryClient])
}
