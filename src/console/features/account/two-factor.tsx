import { useLayoutEffect, useRef, useState } from 'react'
import type { Client } from '#client/client.ts'
import { secondFactorOf } from '#console/features/session/second-factor.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { useAnnounce } from '#console/ui/feedback/announcer.tsx'
import { FailureNotice } from '#console/ui/feedback/failure-notice.tsx'
import { Button } from '#console/ui/forms/button.tsx'
import { CodeField, CurrentPasswordField } from '#console/ui/forms/credential-fields.tsx'
import { Form } from '#console/ui/forms/form.tsx'
import { parseForm } from '#console/ui/forms/form-values.ts'
import { useAction } from '#console/ui/hooks/use-action.ts'
import { useSecretState } from '#console/ui/hooks/use-secret-state.ts'
import { Section } from '#console/ui/layout/section.tsx'
import type { Account, TwoFactorSetup } from '#shared/people/account.ts'
import { passwordProof } from '#shared/people/session.ts'
import styles from './account.module.css'
import { useReloadAccount } from './account-query.ts'
import { RecoveryCodeList } from './recovery-code-list.tsx'
import { TurnOnTwoFactor } from './turn-on-two-factor.tsx'

/** The section of the account page that turns two-factor sign-in on and off. */
export function TwoFactor({ account }: { account: Account }) {
  // The only copy of the seed and the codes: unlike other answers, they must not be in the query cache.
  const [setup, setSetup] = useSecretState<TwoFactorSetup | undefined>(undefined)
  const client = useClient()
  const reload = useReloadAccount()
  const announce = useAnnounce()
  const changed = async (to: 'on' | 'off') => {
    await reload()
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
          <>
            <PasswordForm
              key="off"
              label="Turn off two-factor sign-in"
              busyLabel="Turning off…"
              account={account}
              action={async (proof) => {
                await client.account.turnTwoFactorOff(proof)
                await changed('off')
              }}
            />
            <NewRecoveryCodes account={account} />
          </>
        ) : (
          <PasswordForm
            key="on"
            label="Set up two-factor sign-in"
            busyLabel="Setting up…"
            account={account}
            action={async (proof) => setSetup(await client.account.beginTwoFactor(proof))}
          />
        )}
      </div>
    </Section>
  )
}

/** Replaces the recovery codes, and shows the new ones once. It has its form only while it is open. */
function NewRecoveryCodes({ account }: { account: Account }) {
  const [codes, setCodes] = useSecretState<readonly string[]>([])
  const [open, setOpen] = useState(false)
  const client = useClient()
  const toggle = (isOpen: boolean) => {
    setOpen(isOpen)
    setCodes([])
  }
  return (
    <details onToggle={({ currentTarget }) => toggle(currentTarget.open)}>
      <summary>New recovery codes</summary>
      {!open ? null : codes.length === 0 ? (
        <PasswordForm
          label="Replace the recovery codes"
          busyLabel="Replacing…"
          account={account}
          action={async (proof) => {
            setCodes((await client.account.renewRecoveryCodes(proof)).recoveryCodes)
          }}
        />
      ) : (
        <NewCodes codes={codes} />
      )}
    </details>
  )
}

/** Shows the new codes under a heading, which gets the focus that the form had. */
function NewCodes({ codes }: { codes: readonly string[] }) {
  const heading = useRef<HTMLHeadingElement>(null)
  useLayoutEffect(() => heading.current?.focus(), [])
  return (
    <div className={styles.setup}>
      <h3 ref={heading} tabIndex={-1} className={styles.heading}>
        The recovery codes are replaced
      </h3>
      <RecoveryCodeList codes={codes} />
    </div>
  )
}

type PasswordFormProps = {
  /** Label of the button. */
  label: string
  busyLabel: string
  account: Account
  action: (proof: Parameters<Client['account']['turnTwoFactorOff']>[0]) => Promise<void>
}

/** Runs an action that requires the password and the second factor. What was typed is cleared after success. */
function PasswordForm({ label, busyLabel, account, action }: PasswordFormProps) {
  const client = useClient()
  const [password, setPassword] = useSecretState('')
  const [code, setCode] = useSecretState('')
  const submit = useAction(async () => {
    const proof = parseForm(passwordProof, { password, ...(account.twoFactor ? { code } : {}) })
    await action({ ...proof, ...(await secondFactorOf(client, account, code)) })
    setPassword('')
    setCode('')
  })
  return (
    <Form aria-label={label} className={styles.form} failed={submit.error} onSubmit={() => void submit.run()}>
      <FailureNotice failure={submit.error} fields={['password', ...(account.twoFactor ? ['code'] : [])]} />
      <CurrentPasswordField value={password} onChange={setPassword} failure={submit.error} />
      {account.twoFactor && (
        <CodeField value={code} onChange={setCode} failure={submit.error} autoComplete="one-time-code" />
      )}
      <div className={styles.actions}>
        <Button type="submit" busy={submit.pending} busyLabel={busyLabel}>
          {label}
        </Button>
      </div>
    </Form>
  )
}
