import { useLoadedCluster } from '#console/features/scopes/cluster-pages.tsx'
import { SecretsSection } from '#console/features/secrets/secrets-section.tsx'
import { useSession } from '#console/features/session/use-session.ts'
import { usePageTitle } from '#console/ui/hooks/use-page-title.ts'

export function ClusterSecretsPage() {
  const { cluster } = useLoadedCluster()
  const { team } = useSession()
  usePageTitle('Secrets', cluster.name, team.name)
  return (
    <SecretsSection
      scope={{ kind: 'cluster', id: cluster.id }}
      emptyText="No secrets have been stored in this cluster yet"
    />
  )
}
