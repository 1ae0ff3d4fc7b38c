import { useQueryClient } from '@tanstack/react-query'
import { useLocation } from 'react-router-dom'
import { goToProvider } from '#console/features/session/openid.ts'
import { useConfirmed } from '#console/features/session/use-confirmed.tsx'
import { useClient } from '#console/ui/client-context.tsx'
import { useAnnounce } from '#console/ui/feedback/announcer.tsx'
import { FailureNotice } from '#console/ui/feedback/failure-notice.tsx'
import { Button } from '#console/ui/forms/button.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'
import { Section } from '#console/ui/layout/section.tsx'
import type { Account } from '#shared/people/account.ts'
import styles from './account.module.css'
import { accountQuery } from './account-query.ts'

/** The section of the account page that connects the account with the identity provider. */
export function AccountOpenid({ openid: { name, connected } }: { openid: NonNullable<Account['openid']> }) {
  const { pathname } = useLocation()
  const client = useClient()
  const queryClient = useQueryClient()
  const confirmed = useConfirmed()
  const announce = useAnnounce()
  const connect = useAction(() =>
    goToProvider(
      confirmed(() => client.openid.connectAddress()),
      pathname,
    ),
  )
  const disconnect = useAction(async () => {
    await confirmed(() => client.openid.disconnect())
    await queryClient.invalidateQueries({ queryKey: accountQuery(client).queryKey })
    announce(`Disconnected from ${name}`)
  })
  return (
    <Section
      heading={name}
      explanation={<p>A connected account signs in with {name} too. Disconnecting ends your other sessions.</p>}
    >
      <div className={styles.area}>
        <p>
          Your account is <strong>{connected ? 'connected' : 'not connected'}</strong>.
        </p>
        <FailureNotice failure={connect.error ?? disconnect.error} fields={[]} />
        <div className={styles.actions}>
          {connected ? (
            <Button busy={disconnect.pending} busyLabel="Disconnecting…" onClick={() => void disconnect.run()}>
              Disconnect from {name}
            </Button>
          ) : (
            <Button busy={connect.pending} busyLabel={`Opening ${name}…`} onClick={() => void connect.run()}>
              Connect with {name}
            </Button>
          )}
        </div>
      </div>
    </Section>
  )
}
