import { useQueryClient } from '@tanstack/react-query'
import { useClient } from '#console/ui/client-context.tsx'
import { useAnnounce } from '#console/ui/feedback/announcer.tsx'
import { useSecretState } from '#console/ui/hooks/use-secret-state.ts'
import { Section } from '#console/ui/layout/section.tsx'
import type { Account, TwoFactorSetup } from '#shared/people/account.ts'
import styles from './account.module.css'
import { accountQuery } from './account-query.ts'
import { PasswordForm } from './password-form.tsx'
import { TurnOn } from './turn-on-two-factor.tsx'

/** The part of the account page for the codes that signing in takes beside the password. */
export function TwoFactor({ account }: { account: Account }) {
  // The seed and the codes are nowhere else: what the server says is cached, these are not.
  const [setup, setSetup] = useSecretState<TwoFactorSetup | undefined>(undefined)
  const client = useClient()
  const queryClient = useQueryClient()
  const announce = useAnnounce()
  const changed = async (to: 'on' | 'off') => {
    await queryClient.invalidateQueries({ queryKey: accountQuery(client).queryKey })
    setSetup(undefined)
    announce(`Two-factor sign-in is ${to}`)
  }
  return (
    <Section
      heading="Two-factor sign-in"
      explanation={
        <p>
          Signing in with your password then takes a code of an authenticator app too. A stolen password is not enough.
        </p>
      }
    >
      <div className={styles.area}>
        <p>
          Two-factor sign-in is <strong>{account.twoFactor ? 'on' : 'off'}</strong>.
        </p>
        {setup ? (
          <TurnOn setup={setup} onDone={() => changed('on')} onCancel={() => setSetup(undefined)} />
        ) : account.twoFactor ? (
          <PasswordForm
            key="off"
            label="Turn off two-factor sign-in"
            busyLabel="Turning off…"
            action={async (password) => {
              await client.account.turnTwoFactorOff(password)
              await changed('off')
            }}
          />
        ) : (
          <PasswordForm
            key="on"
            label="Set up two-factor sign-in"
            busyLabel="Setting up…"
            action={async (password) => setSetup(await client.account.beginTwoFactor(password))}
          />
        )}
      </div>
    </Section>
  )
}
