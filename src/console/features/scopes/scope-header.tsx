import { useSession } from '#console/features/session/use-session.ts'
import { CopyButton } from '#console/ui/forms/copy-button.tsx'
import { PageHeader } from '#console/ui/layout/page-header.tsx'
import type { ScopeRecord } from './scope-queries.ts'
import { type MadeScopeKind, scopeWords } from './scope-words.ts'

type ScopeHeaderProps = {
  kind: MadeScopeKind
  record: ScopeRecord
  tabs: readonly { to: string; label: string }[]
}

/** The head of a project’s or cluster’s pages: the way back, its name, its ID, its tabs. */
export function ScopeHeader({ kind, record, tabs }: ScopeHeaderProps) {
  const { team } = useSession()
  const { many, list } = scopeWords[kind]
  return (
    <PageHeader
      title={record.name}
      back={{ to: list(team.namespace), label: `All ${many}` }}
      tabs={tabs}
      aside={
        <>
          <span>ID</span>
          <code>{record.id}</code>
          <CopyButton text={record.id} label="Copy ID" />
        </>
      }
    />
  )
}
