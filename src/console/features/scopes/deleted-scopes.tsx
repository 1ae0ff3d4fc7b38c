import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { DeletedList } from '#console/features/deleted/deleted-list.tsx'
import { useSession } from '#console/features/session/use-session.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { LoadFailed } from '#console/ui/feedback/failure-notice.tsx'
import { useLoadError } from '#console/ui/hooks/use-load-error.ts'
import { Section } from '#console/ui/layout/section.tsx'
import { ShowMore } from '#console/ui/lists/show-more.tsx'
import { scopeKeys } from './scope-queries.ts'
import { type ProjectOrCluster, scopeWords } from './scope-words.ts'

/** Renders the deleted projects or clusters of the team; nothing while there are none. */
export function DeletedScopes({ kind }: { kind: ProjectOrCluster }) {
  const client = useClient()
  const { team } = useSession()
  const queryClient = useQueryClient()
  const rows = useRef<HTMLUListElement>(null)
  const calls = kind === 'project' ? client.deletedProjects : client.deletedClusters
  const list = useInfiniteQuery({
    queryKey: [...scopeKeys.kind(team.id, kind), 'deleted'],
    queryFn: ({ pageParam }) => calls.list({ limit: 50, ...(pageParam ? { after: pageParam } : {}) }),
    initialPageParam: '',
    getNextPageParam: ({ nextPage }) => nextPage,
  })
  const error = useLoadError(list)
  const { one, many } = scopeWords[kind]
  if (error !== undefined) return <LoadFailed what={`The deleted ${many}`} error={error} onRetry={list.refetch} />
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  if (items.length === 0) return null
  const refresh = async () => {
    await queryClient.invalidateQueries({ queryKey: scopeKeys.kind(team.id, kind) })
    void queryClient.invalidateQueries({ queryKey: ['secrets'], refetchType: 'none' })
  }
  return (
    <Section
      heading="Recently deleted"
      explanation={<p>A deleted {one} can be restored with everything in it. Its keys are refused until then.</p>}
    >
      <DeletedList
        one={one}
        label={`Deleted ${many}`}
        items={items}
        mayBeTaken
        restore={async ({ id }, name) => {
          await calls.restore(id, name === undefined ? {} : { name })
          await refresh()
        }}
        erase={async ({ id }) => {
          await calls.purge(id)
          await refresh()
        }}
      />
      <ShowMore list={list} rows={rows} />
    </Section>
  )
}
