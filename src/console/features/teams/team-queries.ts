import { useQuery } from '@tanstack/react-query'
import { useSession } from '#console/features/session/use-session.ts'
import { useClient } from '#console/ui/client-context.tsx'

/** Fetches the team of the page with its settings. Refetched with the members: the same notice is sent for both. */
export const useTeam = () => {
  const client = useClient()
  const { team } = useSession()
  return useQuery({ queryKey: ['members', team.id, 'team'], queryFn: () => client.teams.get(team.id) })
}
