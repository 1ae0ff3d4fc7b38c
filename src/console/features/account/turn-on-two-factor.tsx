import { useEffect, useRef, useState } from 'react'
import { useConfirmed } from '#console/features/session/use-confirmed.tsx'
import { useClient } from '#console/ui/client-context.tsx'
import { FailureNotice } from '#console/ui/feedback/failure-notice.tsx'
import { loadLater } from '#console/ui/feedback/load-later.tsx'
import { Button } from '#console/ui/forms/button.tsx'
import { CopyButton } from '#console/ui/forms/copy-button.tsx'
import { CodeField } from '#console/ui/forms/credential-fields.tsx'
import { Form } from '#console/ui/forms/form.tsx'
import { parseForm } from '#console/ui/forms/form-values.ts'
import { useAction } from '#console/ui/hooks/use-action.ts'
import common from '#console/ui/layout/common.module.css'
import { codeGiven, type TwoFactorSetup } from '#shared/people/account.ts'
import styles from './account.module.css'
import { RecoveryCodeList } from './recovery-code-list.tsx'

const QrCode = loadLater('The QR code', async () => (await import('./qr-code.tsx')).QrCode)

type TurnOnProps = { setup: TwoFactorSetup; onDone: () => Promise<void>; onCancel: () => void }

/** Shows the seed and the recovery codes once, and turns two-factor sign-in on after a valid code. */
export function TurnOnTwoFactor({ setup, onDone, onCancel }: TurnOnProps) {
  const [code, setCode] = useState('')
  const client = useClient()
  const confirmed = useConfirmed()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  const turnOn = useAction(async () => {
    const given = parseForm(codeGiven, { code })
    await confirmed(() => client.account.turnTwoFactorOn(given.code))
    await onDone()
  })
  return (
    <Form
      aria-label="Set up two-factor sign-in"
      className={styles.setup}
      failed={turnOn.error}
      onSubmit={() => void turnOn.run()}
    >
      <h3 ref={heading} tabIndex={-1} className={styles.heading}>
        1. Give the seed to your authenticator app
      </h3>
      <p className={common.note}>Scan the picture with the app, or type the seed into it. It is not shown again.</p>
      <QrCode text={setup.uri} />
      <p className={styles.secret}>
        <code className={styles.seed}>{setup.seed}</code>
        <CopyButton text={setup.seed} label="Copy seed" />
      </p>
      <h3 className={styles.heading}>2. Keep the recovery codes</h3>
      <RecoveryCodeList codes={setup.recoveryCodes} />
      <h3 className={styles.heading}>3. Type a code of the app</h3>
      <div className={styles.form}>
        <FailureNotice failure={turnOn.error} fields={['code']} />
        <CodeField
          value={code}
          onChange={setCode}
          failure={turnOn.error}
          hint="The six digits that the app shows now."
          autoComplete="one-time-code"
          inputMode="numeric"
        />
      </div>
      <div className={styles.actions}>
        <Button type="submit" busy={turnOn.pending} busyLabel="Turning on…">
          Turn on
        </Button>
        <Button onClick={onCancel} disabledReason={turnOn.pending ? 'Wait until this is done.' : undefined}>
          Cancel
        </Button>
      </div>
    </Form>
  )
}
