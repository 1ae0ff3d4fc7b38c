import { useQuery } from '@tanstack/react-query'
import { Navigate } from 'react-router-dom'
import { ConfirmationProvider } from '#console/features/session/use-confirmed.tsx'
import { sessionQuery } from '#console/features/session/use-session.ts'
import { DeletedTeamsLater } from '#console/features/teams/deleted-teams-later.tsx'
import { useClient } from '#console/ui/client-context.tsx'
import { LoadFailed } from '#console/ui/feedback/failure-notice.tsx'
import { hasCode } from '#console/ui/feedback/failure-words.ts'
import { NoTeamMessage, PageLoading } from '#console/ui/feedback/message-page.tsx'
import { useLoadError } from '#console/ui/hooks/use-load-error.ts'
import styles from './pages.module.css'

/** Redirects from the start page to the projects of the person's first team. */
export function HomePage() {
  const session = useQuery(sessionQuery(useClient()))
  const error = useLoadError(session)
  if (session.data?.team) return <Navigate to={`/${session.data.team.namespace}/projects`} replace />
  if (session.data) {
    return (
      <ConfirmationProvider>
        <NoTeamMessage />
        <div className={styles.deleted}>
          <DeletedTeamsLater />
        </div>
      </ConfirmationProvider>
    )
  }
  // The query client is redirecting to the login page.
  if (error === undefined || hasCode(error, 'UNAUTHORIZED')) return <PageLoading />
  return (
    <main>
      <LoadFailed what="Your team" error={error} onRetry={session.refetch} />
    </main>
  )
}
