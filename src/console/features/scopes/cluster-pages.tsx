import type { UseQueryResult } from '@tanstack/react-query'
import { Outlet, useOutletContext, useParams } from 'react-router-dom'
import { useSession } from '#console/features/session/use-session.ts'
import type { Cluster } from '#shared/scope.ts'
import { ScopeHeader, ScopeLoaded } from './scope-page.tsx'
import { useCluster } from './scope-queries.ts'
import { scopeWords } from './scope-words.ts'

type LoadedCluster = { cluster: Cluster; query: UseQueryResult<Cluster> }

/** Renders the layout of the pages of one cluster. */
export function ClusterPages() {
  const { id = '' } = useParams()
  const { team } = useSession()
  const query = useCluster(id)
  const tabs = [
    { to: scopeWords.cluster.page(team.namespace, id), label: 'Secrets' },
    { to: scopeWords.cluster.environment(team.namespace, id), label: 'Environment' },
    { to: scopeWords.cluster.settings(team.namespace, id), label: 'Settings' },
  ]
  return (
    <ScopeLoaded key={id} kind="cluster" query={query}>
      {(cluster) => (
        <>
          <ScopeHeader kind="cluster" record={cluster} tabs={tabs} />
          <Outlet context={{ cluster, query } satisfies LoadedCluster} />
        </>
      )}
    </ScopeLoaded>
  )
}

/** Returns the cluster of the page. */
export const useLoadedCluster = () => useOutletContext<LoadedCluster>()
