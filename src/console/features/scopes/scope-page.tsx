import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useSession } from '#console/features/session/use-session.ts'
import { LoadFailed } from '#console/ui/feedback/failure-notice.tsx'
import { hasCode } from '#console/ui/feedback/failure-words.ts'
import { NotFoundMessage } from '#console/ui/feedback/not-found-message.tsx'
import { Skeleton } from '#console/ui/feedback/skeleton.tsx'
import { CopyButton } from '#console/ui/forms/copy-button.tsx'
import { useLoadError } from '#console/ui/hooks/use-load-error.ts'
import { PageHeader } from '#console/ui/layout/page-header.tsx'
import type { ScopeRecord } from './scope-queries.ts'
import { type ProjectOrCluster, scopeWords } from './scope-words.ts'

type ScopeLoadedProps<Item> = {
  kind: ProjectOrCluster
  query: UseQueryResult<Item>
  children: (record: Item) => ReactNode
}

/** Renders a page about a project or cluster: a skeleton, an error, or the content. */
export function ScopeLoaded<Item>({ kind, query, children }: ScopeLoadedProps<Item>) {
  const { team } = useSession()
  const error = useLoadError(query)
  const { one, list } = scopeWords[kind]
  // Also true if it was deleted after it was loaded.
  if (hasCode(error ?? query.error, 'NOT_FOUND')) {
    const text = `There is no ${one} at this address in “${team.name}”. It may have been deleted.`
    return <NotFoundMessage home={list(team.namespace)} homeLabel={`Go to ${scopeWords[kind].many}`} text={text} />
  }
  if (query.data) return children(query.data)
  if (error === undefined) return <Skeleton rows={3} height={52} />
  return <LoadFailed what={`The ${one}`} error={error} onRetry={query.refetch} />
}

type ScopeHeaderProps = {
  kind: ProjectOrCluster
  record: ScopeRecord
  tabs: readonly { to: string; label: string }[]
}

/** Renders the header of a project’s or cluster’s pages: back link, name, ID and tabs. */
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
