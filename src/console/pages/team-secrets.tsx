import { ScopeSecrets } from '#console/features/secrets/scope-secrets.tsx'
import { useSession } from '#console/features/session/use-session.ts'
import { useTitle } from '#console/ui/hooks/page-title.ts'

export function TeamSecrets() {
  const { team } = useSession()
  useTitle('Team secrets', team.name)
  return <ScopeSecrets scope={{ kind: 'team', id: team.id }} emptyText="No secrets have been stored in this team yet" />
}
