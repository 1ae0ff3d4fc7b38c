import type { ReactNode } from 'react'
import { Link, Navigate, useLocation } from 'react-router-dom'
import { MessagePage } from '#console/ui/feedback/message-page.tsx'
import { Notice } from '#console/ui/feedback/notice.tsx'
import { buttonClass } from '#console/ui/forms/button.tsx'
import { usePageTitle } from '#console/ui/hooks/use-page-title.ts'
import { useSession } from './use-session.ts'

/**
 * Shows a team's page. Leads people without the second factor that the team requires to their account page. The server
 * refuses everything else of the team until then.
 */
export function SecondFactorGate({ children }: { children: ReactNode }) {
  const { team, secondFactorNeeded } = useSession()
  const { pathname } = useLocation()
  return secondFactorNeeded && pathname !== `/${team.namespace}/account` ? <SecondFactorNeeded /> : children
}

function SecondFactorNeeded() {
  const { team } = useSession()
  const { pathname, search } = useLocation()
  usePageTitle('Second factor', team.name)
  return (
    <MessagePage
      title="Set up a second factor"
      actions={
        <Link to={`/${team.namespace}/account`} state={{ next: pathname + search }} className={buttonClass('primary')}>
          Go to your account
        </Link>
      }
    >
      <p>
        {team.name} requires one of everybody: an authenticator app or a passkey, so that a stolen password is not
        enough. API keys go on working.
      </p>
    </MessagePage>
  )
}

/** Says on the account page what the team requires, and goes back to the page that led here once it is there. */
export function SecondFactorNotice() {
  const { team, secondFactorNeeded } = useSession()
  const { state } = useLocation()
  if (!secondFactorNeeded) {
    const next = pageThatLedHere(state)
    return next?.startsWith(`/${team.namespace}/`) ? <Navigate to={next} replace /> : null
  }
  return (
    <Notice tone="warn">
      {team.name} requires a second factor. Set up two-factor sign-in or a passkey here. If you have a passkey already,
      sign out and sign in with it.
    </Notice>
  )
}

const pageThatLedHere = (state: unknown): string | undefined =>
  typeof state === 'object' && state !== null && 'next' in state && typeof state.next === 'string'
    ? state.next
    : undefined
