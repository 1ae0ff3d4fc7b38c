import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { Client } from '#client/client.ts'
import { useSession } from '#console/features/session/use-session.ts'
import { useClient } from '#console/ui/client-context.tsx'
import type { Cluster, Project } from '#shared/scope.ts'
import type { MadeScopeKind } from './scope-words.ts'

export type ScopeRecord = Project | Cluster

/** Query keys of projects and clusters. */
export const scopeKeys = {
  kind: (teamId: string, kind: MadeScopeKind) => ['scopes', teamId, kind] as const,
  one: (teamId: string, kind: MadeScopeKind, id: string) => [...scopeKeys.kind(teamId, kind), 'one', id] as const,
}

export const scopesOf = (client: Client, kind: MadeScopeKind) =>
  kind === 'project' ? client.projects : client.clusters

/** The projects or clusters of the team, a page at a time; `q` keeps those with it in their name. */
export const useScopeList = (kind: MadeScopeKind, q: string) => {
  const client = useClient()
  const { team } = useSession()
  return useInfiniteQuery({
    queryKey: [...scopeKeys.kind(team.id, kind), 'list', q],
    queryFn: ({ pageParam, signal }) =>
      scopesOf(client, kind).list({ q, limit: 50, ...(pageParam ? { after: pageParam } : {}) }, signal),
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
