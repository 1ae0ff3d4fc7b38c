import { useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'react-router-dom'
import { EnterCode } from '#console/features/cli-login/enter-code.tsx'
import { RequestedLogin } from '#console/features/cli-login/requested-login.tsx'
import { sessionQuery } from '#console/features/session/use-session.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { LoadFailed } from '#console/ui/feedback/failure-notice.tsx'
import { hasCode } from '#console/ui/feedback/failure-words.ts'
import { NoTeamMessage, PageLoading } from '#console/ui/feedback/message-page.tsx'
import { useLoadError } from '#console/ui/hooks/use-load-error.ts'
import { usePageTitle } from '#console/ui/hooks/use-page-title.ts'
import { isLoginCode, shownLoginCode } from '#shared/people/cli-login.ts'

/** The page that `gradient login` opens. The address only fills in the code: the person still has to press Allow. */
export function CliLoginPage() {
  const [params] = useSearchParams()
  const session = useQuery(sessionQuery(useClient()))
  const error = useLoadError(session)
  usePageTitle('Sign a command line in', 'Gradient Secrets')
  const given = params.get('code') ?? ''
  const code = isLoginCode(given) ? shownLoginCode(given) : undefined
  const { team } = session.data ?? {}
  if (session.data && team) {
    return code ? (
      <RequestedLogin key={code} code={code} session={{ ...session.data, team }} />
    ) : (
      <EnterCode given={given} />
    )
  }
  if (session.data) return <NoTeamMessage />
  // The query client is redirecting to the login page, which returns here.
  if (error === undefined || hasCode(error, 'UNAUTHORIZED')) return <PageLoading />
  return (
    <main>
      <LoadFailed what="Your session" error={error} onRetry={session.refetch} />
    </main>
  )
}
