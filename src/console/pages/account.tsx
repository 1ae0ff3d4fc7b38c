import { AccountName } from '#console/features/account/account-name.tsx'
import { AccountOpenid } from '#console/features/account/account-openid.tsx'
import { AccountPasskeys } from '#console/features/account/account-passkeys.tsx'
import { AccountPassword } from '#console/features/account/account-password.tsx'
import { useAccount } from '#console/features/account/account-query.ts'
import { AccountSessions } from '#console/features/account/account-sessions.tsx'
import { DeleteAccount } from '#console/features/account/delete-account.tsx'
import { TwoFactor } from '#console/features/account/two-factor.tsx'
import { SecondFactorNotice } from '#console/features/session/second-factor-gate.tsx'
import { DeletedTeamsLater } from '#console/features/teams/deleted-teams-later.tsx'
import { LoadFailed } from '#console/ui/feedback/failure-notice.tsx'
import { Skeleton } from '#console/ui/feedback/skeleton.tsx'
import { useLoadError } from '#console/ui/hooks/use-load-error.ts'
import { usePageTitle } from '#console/ui/hooks/use-page-title.ts'
import { PageHeader } from '#console/ui/layout/page-header.tsx'
import styles from './pages.module.css'

export function AccountPage() {
  const query = useAccount()
  const account = query.data
  const error = useLoadError(query)
  usePageTitle('Account', 'Gradient Secrets')
  return (
    <>
      <PageHeader title="Account" />
      {account ? (
        <>
          <div className={styles.notice}>
            <SecondFactorNotice />
          </div>
          <AccountName account={account} />
          {account.openid && <AccountOpenid openid={account.openid} />}
          {account.hasPassword && <AccountPassword account={account} />}
          {account.hasPassword && <TwoFactor account={account} />}
          <AccountPasskeys account={account} />
          <AccountSessions account={account} />
          <DeletedTeamsLater />
          <DeleteAccount account={account} />
        </>
      ) : error === undefined ? (
        <Skeleton rows={4} height={120} />
      ) : (
        <LoadFailed what="Your account" error={error} onRetry={query.refetch} />
      )}
    </>
  )
}
