import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from 'react-router-dom'
import { sessionQuery } from '#console/features/session/use-session.ts'
import { useClient } from '#console/ui/client-context.tsx'
import type { Session } from '#shared/people/session.ts'

/** Returns a function that puts a new session in the cache and opens `next` or the projects of its team. */
export const useStartSession = () => {
  const client = useClient()
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  return async (session: Session, next?: string): Promise<void> => {
    // The cache may hold another person's data.
    queryClient.clear()
    const namespace = session.team?.namespace
    queryClient.setQueryData(sessionQuery(client, namespace).queryKey, session)
    await navigate(next ?? (namespace ? `/${namespace}/projects` : '/'), { replace: true })
  }
}
