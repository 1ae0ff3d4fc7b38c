import { SecretsSection } from '#console/features/secrets/secrets-section.tsx'
import { useSession } from '#console/features/session/use-session.ts'
import { usePageTitle } from '#console/ui/hooks/use-page-title.ts'

export function TeamSecretsPage() {
  const { team } = useSession()
  usePageTitle('Team secrets', team.name)
  return (
    <SecretsSection scope={{ kind: 'team', id: team.id }} emptyText="No secrets have been stored in this team yet" />
  )
}
