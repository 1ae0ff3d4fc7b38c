import { useMemo } from 'react'
import { ScopeEnvironment } from '#console/features/effective/scope-environment.tsx'
import { useLoadedCluster } from '#console/features/scopes/cluster-pages.tsx'
import { useSession } from '#console/features/session/use-session.ts'
import { usePageTitle } from '#console/ui/hooks/use-page-title.ts'

export function ClusterEnvironmentPage() {
  const { cluster } = useLoadedCluster()
  const { team } = useSession()
  const scope = useMemo(() => ({ kind: 'cluster', id: cluster.id }) as const, [cluster.id])
  usePageTitle('Environment', cluster.name, team.name)
  return <ScopeEnvironment scope={scope} name={cluster.name} />
}
