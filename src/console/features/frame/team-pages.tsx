import { useQuery } from '@tanstack/react-query'
import { Navigate, Outlet, ScrollRestoration, useLocation, useParams } from 'react-router-dom'
import { SecondFactorGate } from '#console/features/session/second-factor-gate.tsx'
import { ConfirmationProvider } from '#console/features/session/use-confirmed.tsx'
import { SessionContext, sessionQuery } from '#console/features/session/use-session.ts'
import { ClientProvider, useClient } from '#console/ui/client-context.tsx'
import { LoadFailed } from '#console/ui/feedback/failure-notice.tsx'
import { hasCode } from '#console/ui/feedback/failure-words.ts'
import { loadLater } from '#console/ui/feedback/load-later.tsx'
import { PageLoading } from '#console/ui/feedback/message-page.tsx'
import { NotFoundMessage } from '#console/ui/feedback/not-found-message.tsx'
import { useLoadError } from '#console/ui/hooks/use-load-error.ts'
import { Frame } from './frame.tsx'

const NearLimits = loadLater(
  'What the team has nearly reached',
  async () => (await import('#console/features/teams/near-limits.tsx')).NearLimits,
  null,
)

/** Layout route of a team's pages: loads the session, and provides it and the API client. */
export function TeamPages() {
  const { namespace = '' } = useParams()
  return (
    <ClientProvider key={namespace} namespace={namespace}>
      <SignedIn namespace={namespace} />
    </ClientProvider>
  )
}

function SignedIn({ namespace }: { namespace: string }) {
  const session = useQuery(sessionQuery(useClient(), namespace))
  const error = useLoadError(session)
  const { pathname, search, hash } = useLocation()
  const current = session.data?.team
  // A former address: the page goes on under the one that the team has now.
  if (current && current.namespace !== namespace && current.id !== namespace) {
    const to = { pathname: pathname.replace(/^\/[^/]+/, `/${current.namespace}`), search, hash }
    return <Navigate to={to} replace />
  }
  if (session.data?.team) {
    return (
      <SessionContext value={{ ...session.data, team: session.data.team }}>
        <ConfirmationProvider>
          <Frame>
            <SecondFactorGate>
              <NearLimits />
              <Outlet />
            </SecondFactorGate>
          </Frame>
        </ConfirmationProvider>
        <ScrollRestoration />
      </SessionContext>
    )
  }
  if (session.data || hasCode(error, 'NOT_FOUND')) return <NotFoundMessage home="/" />
  // The query client is redirecting to the login page.
  if (error === undefined || hasCode(error, 'UNAUTHORIZED')) return <PageLoading />
  return (
    <main>
      <LoadFailed what="The team" error={error} onRetry={session.refetch} />
    </main>
  )
}
