import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useSession } from '#console/features/session/use-session.ts'
import { useClient } from '#console/ui/client-context.tsx'
import type { ProjectAccessChange } from '#shared/people/member.ts'

/** Who may see a project, and the change of it. */
export const useProjectAccess = (projectId: string) => {
  const client = useClient()
  const { team } = useSession()
  const queryClient = useQueryClient()
  const queryKey = ['project-access', team.id, projectId]
  const query = useQuery({ queryKey, queryFn: () => client.projectAccess.get(projectId) })
  const set = async (change: ProjectAccessChange): Promise<void> => {
    queryClient.setQueryData(queryKey, await client.projectAccess.set(projectId, change))
  }
  return { query, set }
}
