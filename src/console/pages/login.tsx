import { useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'react-router-dom'
import { Entrance } from '#console/features/entrance/entrance.tsx'
import { LoginForm } from '#console/features/entrance/login-form.tsx'
import { OpenidReturn, useOpenidOutcome } from '#console/features/entrance/openid-return.tsx'
import { nextAddress } from '#console/features/session/login-address.ts'
import { setupQuery } from '#console/features/session/use-session.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { Notice } from '#console/ui/feedback/notice.tsx'
import { usePageTitle } from '#console/ui/hooks/use-page-title.ts'

export function LoginPage() {
  const outcome = useOpenidOutcome()
  return outcome ? <OpenidReturn outcome={outcome} /> : <SignIn />
}

function SignIn() {
  const [params] = useSearchParams()
  const setup = useQuery(setupQuery(useClient()))
  usePageTitle('Sign in', 'Gradient Secrets')
  return (
    <Entrance title="Sign in" lead="To Gradient Secrets">
      {setup.data?.open && (
        <Notice tone="info">
          This installation has not been set up yet. Open the link that the server printed at its first start to create
          the first account.
        </Notice>
      )}
      <LoginForm next={nextAddress(params.get('next'))} />
    </Entrance>
  )
}
