import { TeamEnvironment as Environment } from '#console/features/effective/team-environment.tsx'
import { useSession } from '#console/features/session/use-session.ts'
import { useTitle } from '#console/ui/hooks/page-title.ts'

export function TeamEnvironment() {
  const { team } = useSession()
  useTitle('Team environment', team.name)
  return <Environment />
}
