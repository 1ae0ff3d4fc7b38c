import { ChangeScope } from '#console/features/scopes/change-scope.tsx'
import { useLoadedCluster } from '#console/features/scopes/cluster-pages.tsx'
import { DeleteScope } from '#console/features/scopes/delete-scope.tsx'
import { useSession } from '#console/features/session/use-session.ts'
import { usePageTitle } from '#console/ui/hooks/use-page-title.ts'

export function ClusterSettingsPage() {
  const { cluster, query } = useLoadedCluster()
  const { team } = useSession()
  usePageTitle('Settings', cluster.name, team.name)
  return (
    <>
      <ChangeScope kind="cluster" record={cluster} />
      <DeleteScope kind="cluster" record={cluster} onAsk={() => void query.refetch()} />
    </>
  )
}
