import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { DeletedList } from '#console/features/deleted/deleted-list.tsx'
import { useClient } from '#console/ui/client-context.tsx'
import { LoadFailed } from '#console/ui/feedback/failure-notice.tsx'
import { useLoadError } from '#console/ui/hooks/use-load-error.ts'
import { Section } from '#console/ui/layout/section.tsx'
import { ShowMore } from '#console/ui/lists/show-more.tsx'

/** Renders the deleted teams that the person owns; nothing while there are none. */
export function DeletedTeams() {
  const client = useClient()
  const queryClient = useQueryClient()
  const rows = useRef<HTMLUListElement>(null)
  const list = useInfiniteQuery({
    queryKey: ['deleted-teams'],
    queryFn: ({ pageParam }) => client.teams.deleted({ limit: 50, ...(pageParam ? { after: pageParam } : {}) }),
    initialPageParam: '',
    getNextPageParam: ({ nextPage }) => nextPage,
  })
  const error = useLoadError(list)
  if (error !== undefined) return <LoadFailed what="Your deleted teams" error={error} onRetry={list.refetch} />
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  if (items.length === 0) return null
  const refresh = () =>
    Promise.all([
      queryClient.invalidateQueries({ queryKey: ['deleted-teams'] }),
      queryClient.invalidateQueries({ queryKey: ['session'] }),
    ])
  return (
    <Section heading="Deleted teams" explanation={<p>A deleted team can be restored with everything in it.</p>}>
      <DeletedList
        one="team"
        label="Deleted teams"
        items={items}
        mayBeTaken={false}
        restore={async ({ id }) => {
          await client.teams.restore(id)
          await refresh()
        }}
        erase={async ({ id }) => {
          await client.teams.purge(id)
          await refresh()
        }}
      />
      <ShowMore list={list} rows={rows} />
    </Section>
  )
}
