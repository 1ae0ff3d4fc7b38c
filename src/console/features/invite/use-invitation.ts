import { useCallback, useEffect, useState } from 'react'
import { useClient } from '#console/ui/client-context.tsx'
import type { Invitation } from '#shared/people/member.ts'

/** What an invite's token is for. It is kept by the page alone: the cache would ask for it again once it is used. */
export const useInvitation = (token: string) => {
  const client = useClient()
  const [invitation, setInvitation] = useState<Invitation>()
  const [error, setError] = useState<unknown>()
  const look = useCallback(async () => {
    try {
      setInvitation(await client.invites.look(token))
      setError(undefined)
    } catch (thrown) {
      setError(thrown)
    }
  }, [client, token])
  useEffect(() => {
    void look()
  }, [look])
  return { invitation, error, look }
}
