import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from 'react-router-dom'
import { sessionQuery } from '#console/features/session/use-session.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { keepSessionProof } from '#console/ui/session-proof.ts'
import type { JoinedSession } from '#shared/people/session.ts'

/** Returns a function that puts a new session in the cache and opens `next` or the projects of its team. */
export const useStartSession = () => {
  const client = useClient()
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  return async ({ proof, ...session }: JoinedSession, next?: string): Promise<void> => {
    if (proof !== undefined) keepSessionProof(proof)
    // The cache may hold another person's data.
    queryClient.clear()
    const namespace = session.team?.namespace
    queryClient.setQueryData(sessionQuery(client, namespace).queryKey, session)
    await navigate(next ?? (namespace ? `/${namespace}/projects` : '/'), { replace: true })
  }
}
