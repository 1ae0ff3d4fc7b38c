import { useLoadedCluster } from '#console/features/scopes/cluster-pages.tsx'
import { ScopeSecrets } from '#console/features/secrets/scope-secrets.tsx'
import { useSession } from '#console/features/session/use-session.ts'
import { usePageTitle } from '#console/ui/hooks/use-page-title.ts'

export function ClusterSecrets() {
  const { cluster } = useLoadedCluster()
  const { team } = useSession()
  usePageTitle('Secrets', cluster.name, team.name)
  return (
    <ScopeSecrets
      scope={{ kind: 'cluster', id: cluster.id }}
      emptyText="No secrets have been stored in this cluster yet"
    />
  )
}
