import { useQueryClient } from '@tanstack/react-query'
import { useClient } from '#console/ui/client-context.tsx'
import { useAnnounce } from '#console/ui/feedback/announcer.tsx'
import { FailureNotice } from '#console/ui/feedback/failure-notice.tsx'
import { Button } from '#console/ui/forms/button.tsx'
import { CurrentPasswordField } from '#console/ui/forms/credential-fields.tsx'
import { Form } from '#console/ui/forms/form.tsx'
import { parseForm } from '#console/ui/forms/form-values.ts'
import { useAction } from '#console/ui/hooks/use-action.ts'
import { useSecretState } from '#console/ui/hooks/use-secret-state.ts'
import { Section } from '#console/ui/layout/section.tsx'
import type { Account, TwoFactorSetup } from '#shared/people/account.ts'
import { confirmation } from '#shared/people/session.ts'
import styles from './account.module.css'
import { accountQuery } from './account-query.ts'
import { TurnOnTwoFactor } from './turn-on-two-factor.tsx'

/** The section of the account page that turns two-factor sign-in on and off. */
export function TwoFactor({ account }: { account: Account }) {
  // The only copy of the seed and the codes: unlike other answers, they must not be in the query cache.
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
          <TurnOnTwoFactor setup={setup} onDone={() => changed('on')} onCancel={() => setSetup(undefined)} />
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

type PasswordFormProps = {
  /** Label of the button. */
  label: string
  busyLabel: string
  action: (password: string) => Promise<void>
}

/** Runs an action that requires the password. The password is cleared after success. */
function PasswordForm({ label, busyLabel, action }: PasswordFormProps) {
  const [password, setPassword] = useSecretState('')
  const submit = useAction(async () => {
    await action(parseForm(confirmation, { password }).password)
    setPassword('')
  })
  return (
    <Form aria-label={label} className={styles.form} failed={submit.error} onSubmit={() => void submit.run()}>
      <FailureNotice failure={submit.error} fields={['password']} />
      <CurrentPasswordField value={password} onChange={setPassword} failure={submit.error} />
      <div className={styles.actions}>
        <Button type="submit" busy={submit.pending} busyLabel={busyLabel}>
          {label}
        </Button>
      </div>
    </Form>
  )
}
