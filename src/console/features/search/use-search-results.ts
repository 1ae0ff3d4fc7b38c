import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { scopeClient, scopeKeys } from '#console/features/scopes/scope-queries.ts'
import { type ProjectOrCluster, scopeWords } from '#console/features/scopes/scope-words.ts'
import { useSession } from '#console/features/session/use-session.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { useDebouncedValue } from '#console/ui/hooks/use-debounced-value.ts'

type SearchResult = { label: string; detail: string; to: string }
export type SearchGroup = { label: string; results: SearchResult[] }

const perGroup = 6

/** Returns pages, projects and clusters whose names contain `text`; the first of each if `text` is empty. */
export const useSearchResults = (text: string) => {
  const { team } = useSession()
  const trimmed = text.trim()
  const q = useDebouncedValue(trimmed, 150)
  const projects = useScopeSearch('project', q)
  const clusters = useScopeSearch('cluster', q)
  const pages = [
    { label: 'Projects', detail: 'Page', to: `/${team.namespace}/projects` },
    { label: 'Team secrets', detail: 'Team settings', to: `/${team.namespace}/settings/secrets` },
    { label: 'Clusters', detail: 'Team settings', to: `/${team.namespace}/settings/clusters` },
  ].filter(({ label }) => label.toLowerCase().includes(trimmed.toLowerCase()))
  const found = (kind: ProjectOrCluster, query: typeof projects): SearchResult[] =>
    (query.data?.items ?? []).map(({ id, name }) => ({
      label: name,
      detail: id,
      to: scopeWords[kind].page(team.namespace, id),
    }))
  const groups = [
    { label: 'Pages', results: pages },
    { label: 'Projects', results: found('project', projects) },
    { label: 'Clusters', results: found('cluster', clusters) },
  ].filter(({ results }) => results.length > 0)
  return {
    groups,
    loading: q !== trimmed || projects.isFetching || clusters.isFetching,
    error: projects.error ?? clusters.error,
  }
}

const useScopeSearch = (kind: ProjectOrCluster, q: string) => {
  const client = useClient()
  const { team } = useSession()
  return useQuery({
    queryKey: [...scopeKeys.kind(team.id, kind), 'search', q],
    queryFn: ({ signal }) => scopeClient(client, kind).list({ q, limit: perGroup }, signal),
    placeholderData: keepPreviousData,
  })
}
