import { useCallback, useEffect, useState } from 'react'
import type { Client } from '#client/client.ts'
import { useClient } from '#console/ui/client-context.tsx'

/**
 * Loads what a one-time token is for. Not a query, because the cache would refetch it after the token is used. Define
 * `look` outside of components.
 */
export const useTokenLookup = <Found>(look: (client: Client, token: string) => Promise<Found>, token: string) => {
  const client = useClient()
  const [found, setFound] = useState<Found>()
  const [error, setError] = useState<unknown>()
  const load = useCallback(async () => {
    try {
      const answer = await look(client, token)
      setFound(() => answer)
      setError(undefined)
    } catch (thrown) {
      setError(thrown)
    }
  }, [client, look, token])
  useEffect(() => {
    void load()
  }, [load])
  return { found, error, load }
}
