import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useConfirmed } from '#console/features/session/use-confirmed.tsx'
import { useSession } from '#console/features/session/use-session.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { LoadFailed } from '#console/ui/feedback/failure-notice.tsx'
import { Skeleton } from '#console/ui/feedback/skeleton.tsx'
import { useLoadError } from '#console/ui/hooks/use-load-error.ts'
import { Section } from '#console/ui/layout/section.tsx'
import type { ProjectAccessChange } from '#shared/people/member.ts'
import { roleMay } from '#shared/people/role.ts'
import { AccessForm } from './access-form.tsx'
import { useMembers } from './member-queries.ts'

/** Renders the part of a project’s settings page that says who may see the project. */
export function ProjectAccessSection({ projectId }: { projectId: string }) {
  const access = useProjectAccess(projectId)
  const members = useMembers()
  const accessError = useLoadError(access.query)
  const membersError = useLoadError(members)
  const error = accessError ?? membersError
  const alwaysAllowed = members.data?.filter(({ role }) => roleMay(role, 'seeAllProjects')) ?? []
  return (
    <Section
      heading="Project access"
      explanation={
        <>
          <p>
            Who may see the project and the names of its secrets. It is as if there were no such project for others.
          </p>
          {alwaysAllowed.length > 0 && <p>Owners and admins always may: {listNames(alwaysAllowed)}.</p>}
        </>
      }
    >
      {error !== undefined ? (
        <LoadFailed
          what="Who may see the project"
          error={error}
          onRetry={accessError === undefined ? members.refetch : access.query.refetch}
        />
      ) : access.query.data && members.data ? (
        <AccessForm
          stored={access.query.data}
          others={members.data.filter((member) => !alwaysAllowed.includes(member))}
          onSave={access.set}
        />
      ) : (
        <Skeleton rows={2} height={36} />
      )}
    </Section>
  )
}

const maxNames = 4

/** Joins names: “Ada and Lin”, “Ada, Lin, Max, Eva and 3 more”. */
const listNames = (people: readonly { name: string }[]): string => {
  const names = people.map(({ name }) => name)
  if (names.length > maxNames) return `${names.slice(0, maxNames).join(', ')} and ${names.length - maxNames} more`
  return new Intl.ListFormat('en-GB').format(names)
}

/** Fetches who may see a project, and returns a function to change it. */
const useProjectAccess = (projectId: string) => {
  const client = useClient()
  const confirmed = useConfirmed()
  const { team } = useSession()
  const queryClient = useQueryClient()
  const queryKey = ['project-access', team.id, projectId]
  const query = useQuery({ queryKey, queryFn: () => client.projectAccess.get(projectId) })
  const set = async (change: ProjectAccessChange): Promise<void> => {
    queryClient.setQueryData(queryKey, await confirmed(() => client.projectAccess.set(projectId, change)))
  }
  return { query, set }
}
