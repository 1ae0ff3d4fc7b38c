import { useMemo } from 'react'
import { useParams } from 'react-router-dom'
import { ScopeEnvironment } from '#console/features/effective/scope-environment.tsx'
import { ScopeHeader, ScopeLoaded } from '#console/features/scopes/scope-page.tsx'
import { useProject } from '#console/features/scopes/scope-queries.ts'
import { projectTabs } from '#console/features/scopes/scope-words.ts'
import { useSession } from '#console/features/session/use-session.ts'
import { usePageTitle } from '#console/ui/hooks/use-page-title.ts'
import type { Project } from '#shared/scope.ts'

export function ProjectEnvironmentPage() {
  const { id = '' } = useParams()
  const query = useProject(id)
  return (
    <ScopeLoaded key={id} kind="project" query={query}>
      {(project) => <LoadedProject project={project} />}
    </ScopeLoaded>
  )
}

function LoadedProject({ project }: { project: Project }) {
  const { team } = useSession()
  const scope = useMemo(() => ({ kind: 'project', id: project.id }) as const, [project.id])
  usePageTitle('Environment', project.name, team.name)
  return (
    <>
      <ScopeHeader kind="project" record={project} tabs={projectTabs(team.namespace, project.id)} />
      <ScopeEnvironment scope={scope} name={project.name} />
    </>
  )
}
