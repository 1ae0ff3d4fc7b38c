import type { UseQueryResult } from '@tanstack/react-query'
import { useParams } from 'react-router-dom'
import { ScopeHeader, ScopeLoaded } from '#console/features/scopes/scope-page.tsx'
import { useProject } from '#console/features/scopes/scope-queries.ts'
import { projectTabs } from '#console/features/scopes/scope-words.ts'
import { SecretsSection } from '#console/features/secrets/secrets-section.tsx'
import { useSession } from '#console/features/session/use-session.ts'
import { loadLater } from '#console/ui/feedback/load-later.tsx'
import { usePageTitle } from '#console/ui/hooks/use-page-title.ts'
import type { Project } from '#shared/scope.ts'

type FurtherProps = { project: Project; onAskToDelete: () => void }

/** The sections below the secrets. */
const Further = loadLater('The project’s settings', async () => {
  const [{ ProjectAccessSection }, { ChangeScope }, { DeleteScope }] = await Promise.all([
    import('#console/features/members/project-access.tsx'),
    import('#console/features/scopes/change-scope.tsx'),
    import('#console/features/scopes/delete-scope.tsx'),
  ])
  return ({ project, onAskToDelete }: FurtherProps) => (
    <>
      <ProjectAccessSection projectId={project.id} />
      <ChangeScope kind="project" record={project} />
      <DeleteScope kind="project" record={project} onAsk={onAskToDelete} />
    </>
  )
})

export function ProjectSettingsPage() {
  const { id = '' } = useParams()
  const query = useProject(id)
  return (
    <ScopeLoaded key={id} kind="project" query={query}>
      {(project) => <LoadedProject project={project} query={query} />}
    </ScopeLoaded>
  )
}

function LoadedProject({ project, query }: { project: Project; query: UseQueryResult<Project> }) {
  const { team } = useSession()
  usePageTitle(project.name, team.name)
  return (
    <>
      <ScopeHeader kind="project" record={project} tabs={projectTabs(team.namespace, project.id)} />
      <SecretsSection
        scope={{ kind: 'project', id: project.id }}
        emptyText="No secrets have been stored in this project yet"
      />
      <Further project={project} onAskToDelete={() => void query.refetch()} />
    </>
  )
}
