import { useSession } from '#console/features/session/use-session.ts'
import { ChangeTeam } from '#console/features/teams/change-team.tsx'
import { DeleteTeam } from '#console/features/teams/delete-team.tsx'
import { useTeam } from '#console/features/teams/team-queries.ts'
import { LoadFailed } from '#console/ui/feedback/failure-notice.tsx'
import { Skeleton } from '#console/ui/feedback/skeleton.tsx'
import { useLoadError } from '#console/ui/hooks/use-load-error.ts'
import { usePageTitle } from '#console/ui/hooks/use-page-title.ts'

export function TeamGeneralPage() {
  const { team } = useSession()
  const query = useTeam()
  const error = useLoadError(query)
  usePageTitle('General', team.name)
  if (error !== undefined) return <LoadFailed what="The team" error={error} onRetry={query.refetch} />
  if (!query.data) return <Skeleton rows={4} height={52} />
  return (
    <>
      <ChangeTeam team={query.data} />
      <DeleteTeam team={query.data} />
    </>
  )
}
