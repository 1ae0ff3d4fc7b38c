import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from 'react-router-dom'
import { sessionQuery } from '#console/features/session/use-session.ts'
import { useClient } from '#console/ui/client-context.tsx'
import type { Session } from '#shared/people/session.ts'

/** Goes in with a new session: to `next`, or to the projects of its team. */
export const useStartSession = () => {
  const client = useClient()
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  return async (session: Session, next?: string): Promise<void> => {
    // Another person may have been signed in before.
    queryClient.clear()
    const namespace = session.team?.namespace
    queryClient.setQueryData(sessionQuery(client, namespace).queryKey, session)
    await navigate(next ?? (namespace ? `/${namespace}/projects` : '/'), { replace: true })
  }
}
