import { DeletedScopesLater } from '#console/features/scopes/deleted-scopes-later.tsx'
import { NewScopeButton } from '#console/features/scopes/new-scope-button.tsx'
import { ScopeList } from '#console/features/scopes/scope-list.tsx'
import { useSession } from '#console/features/session/use-session.ts'
import { usePageTitle } from '#console/ui/hooks/use-page-title.ts'
import { PageHeader } from '#console/ui/layout/page-header.tsx'
import layout from './pages.module.css'

export function ProjectsPage() {
  const { team } = useSession()
  usePageTitle('Projects', team.name)
  return (
    <>
      <PageHeader title="Projects" aside={<NewScopeButton kind="project" />} />
      <div className={layout.below}>
        <ScopeList kind="project" />
        <DeletedScopesLater kind="project" />
      </div>
    </>
  )
}
