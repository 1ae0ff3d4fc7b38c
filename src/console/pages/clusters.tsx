import { DeletedScopesLater } from '#console/features/scopes/deleted-scopes-later.tsx'
import { NewScopeButton } from '#console/features/scopes/new-scope-button.tsx'
import { ScopeList } from '#console/features/scopes/scope-list.tsx'
import { scopeWords } from '#console/features/scopes/scope-words.ts'
import { useSession } from '#console/features/session/use-session.ts'
import { usePageTitle } from '#console/ui/hooks/use-page-title.ts'
import { Section } from '#console/ui/layout/section.tsx'
import layout from './pages.module.css'

export function ClustersPage() {
  const { team } = useSession()
  usePageTitle('Clusters', team.name)
  return (
    <>
      <Section heading="Clusters" explanation={<p>{scopeWords.cluster.purpose}</p>}>
        <div className={layout.action}>
          <NewScopeButton kind="cluster" />
        </div>
        <ScopeList kind="cluster" />
      </Section>
      <DeletedScopesLater kind="cluster" />
    </>
  )
}
