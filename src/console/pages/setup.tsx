import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router-dom'
import { Entrance } from '#console/features/entrance/entrance.tsx'
import { SetupForm } from '#console/features/entrance/setup-form.tsx'
import { useLinkToken } from '#console/features/entrance/use-link-token.ts'
import { setupQuery } from '#console/features/session/use-session.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { LoadFailed } from '#console/ui/feedback/failure-notice.tsx'
import { PageLoading } from '#console/ui/feedback/message-page.tsx'
import { Notice } from '#console/ui/feedback/notice.tsx'
import { buttonClass } from '#console/ui/forms/button.tsx'
import { useLoadError } from '#console/ui/hooks/use-load-error.ts'
import { usePageTitle } from '#console/ui/hooks/use-page-title.ts'

export function SetupPage() {
  const token = useLinkToken()
  const setup = useQuery(setupQuery(useClient()))
  const error = useLoadError(setup)
  usePageTitle('Set up', 'Gradient Secrets')
  if (error === undefined && !setup.data) return <PageLoading />
  return (
    <Entrance title="Set up Gradient Secrets" lead={setup.data?.open ? 'The first account and its team.' : ''}>
      {!setup.data ? (
        <LoadFailed what="The state of the set-up" error={error} onRetry={setup.refetch} />
      ) : !setup.data.open ? (
        <SetupClosed />
      ) : token === '' ? (
        <Notice tone="warn">
          The address lacks its token. Open the whole link that the server printed at its first start.
        </Notice>
      ) : (
        <SetupForm token={token} />
      )}
    </Entrance>
  )
}

function SetupClosed() {
  return (
    <>
      <Notice tone="info">
        This installation is set up already. Sign in, or ask a member of the team for an invitation.
      </Notice>
      <Link to="/login" className={buttonClass('primary')}>
        Sign in
      </Link>
    </>
  )
}
