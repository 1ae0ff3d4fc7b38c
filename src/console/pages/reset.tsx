import { LinkWithoutToken } from '#console/features/entrance/link-without-token.tsx'
import { ResetPassword } from '#console/features/entrance/reset-password.tsx'
import { useLinkToken } from '#console/features/entrance/use-link-token.ts'

export function ResetPage() {
  const token = useLinkToken()
  return token === '' ? <LinkWithoutToken title="New password" /> : <ResetPassword key={token} token={token} />
}
