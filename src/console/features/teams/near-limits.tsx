import { Notice } from '#console/ui/feedback/notice.tsx'
import { useTeam } from './team-queries.ts'

/** Says which numbers of the team are nearly reached, before an addition is refused. */
export function NearLimits() {
  const limits = useTeam().data?.nearLimits ?? []
  if (limits.length === 0) return null
  const listed = limits.map(({ named, most }) => `${most.toLocaleString('en')} ${named}`).join(', ')
  return (
    <Notice tone="warn">
      This team has nearly reached what the server allows: {listed}. Delete some, or ask who runs the server.
    </Notice>
  )
}
