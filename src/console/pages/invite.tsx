import { AcceptInvitation } from '#console/features/entrance/accept-invitation.tsx'
import { LinkWithoutToken } from '#console/features/entrance/link-without-token.tsx'
import { useLinkToken } from '#console/features/entrance/use-link-token.ts'

export function InvitePage() {
  const token = useLinkToken()
  return token === '' ? <LinkWithoutToken title="Join a team" /> : <AcceptInvitation key={token} token={token} />
}
