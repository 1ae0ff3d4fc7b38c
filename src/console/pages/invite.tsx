import { AcceptInvitation } from '#console/features/entrance/accept-invitation.tsx'
import { Entrance } from '#console/features/entrance/entrance.tsx'
import { useLinkToken } from '#console/features/entrance/use-link-token.ts'
import { Notice } from '#console/ui/feedback/notice.tsx'
import { usePageTitle } from '#console/ui/hooks/use-page-title.ts'

export function InvitePage() {
  const token = useLinkToken()
  return token === '' ? <NoToken /> : <AcceptInvitation key={token} token={token} />
}

function NoToken() {
  usePageTitle('Join a team', 'Gradient Secrets')
  return (
    <Entrance title="Join a team">
      <Notice tone="warn">
        The address lacks its token, which is taken out of it once the page has read it. Open the whole link that you
        were given.
      </Notice>
    </Entrance>
  )
}
