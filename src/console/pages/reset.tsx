import { Entrance } from '#console/features/entrance/entrance.tsx'
import { ResetPassword } from '#console/features/entrance/reset-password.tsx'
import { useLinkToken } from '#console/features/entrance/use-link-token.ts'
import { Notice } from '#console/ui/feedback/notice.tsx'
import { usePageTitle } from '#console/ui/hooks/use-page-title.ts'

export function ResetPage() {
  const token = useLinkToken()
  return token === '' ? <NoToken /> : <ResetPassword key={token} token={token} />
}

function NoToken() {
  usePageTitle('New password', 'Gradient Secrets')
  return (
    <Entrance title="New password">
      <Notice tone="warn">
        The address lacks its token, which is taken out of it once the page has read it. Open the whole link that you
        were given.
      </Notice>
    </Entrance>
  )
}
