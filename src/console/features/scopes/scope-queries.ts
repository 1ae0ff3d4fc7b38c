import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { Client } from '#client/client.ts'
import { useSession } from '#console/features/session/use-session.ts'
import { useClient } from '#console/ui/client-context.tsx'
import type { Cluster, Project } from '#shared/scope.ts'
import type { ProjectOrCluster } from './scope-words.ts'

export type ScopeRecord = Project | Cluster

/** The query keys of projects and clusters. */
export const scopeKeys = {
  kind: (teamId: string, kind: ProjectOrCluster) => ['scopes', teamId, kind] as const,
  one: (teamId: string, kind: ProjectOrCluster, id: string) => [...scopeKeys.kind(teamId, kind), 'one', id] as const,
}

/** Returns the part of the client for a kind of scope. */
export const scopeClient = (client: Client, kind: ProjectOrCluster) =>
  kind === 'project' ? client.projects : client.clusters

/** Fetches the team's projects or clusters whose names contain `q`, page by page. */
export const useScopeList = (kind: ProjectOrCluster, q: string) => {
  const client = useClient()
  const { team } = useSession()
  return useInfiniteQuery({
    queryKey: [...scopeKeys.kind(team.id, kind), 'list', q],
    queryFn: ({ pageParam, signal }) =>
      scopeClient(client, kind).list({ q, limit: 50, ...(pageParam ? { after: pageParam } : {}) }, signal),
    initialPageParam: '',
    getNextPageParam: ({ nextPage }) => nextPage,
    placeholderData: keepPreviousData,
  })
}

export const useProject = (id: string) => {
  const client = useClient()
  const { team } = useSession()
  return useQuery({
    queryKey: scopeKeys.one(team.id, 'project', id),
    queryFn: () => client.projects.get(id),
  })
}

export const useCluster = (id: string) => {
  const client = useClient()
  const { team } = useSession()
  return useQuery({
    queryKey: scopeKeys.one(team.id, 'cluster', id),
    queryFn: () => client.clusters.get(id),
  })
}
