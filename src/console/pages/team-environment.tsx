import { TeamScopeEnvironment } from '#console/features/effective/team-scope-environment.tsx'
import { useSession } from '#console/features/session/use-session.ts'
import { usePageTitle } from '#console/ui/hooks/use-page-title.ts'

export function TeamEnvironmentPage() {
  const { team } = useSession()
  usePageTitle('Team environment', team.name)
  return <TeamScopeEnvironment />
}
