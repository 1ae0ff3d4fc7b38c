import { useQuery } from '@tanstack/react-query'
import { accountQuery } from '#console/features/account/account-query.ts'
import { passkeyObstacle } from '#console/features/passkeys/passkey-obstacle.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { Dialog } from '#console/ui/dialogs/dialog.tsx'
import { formFailure } from '#console/ui/feedback/failure-words.ts'
import { Button } from '#console/ui/forms/button.tsx'
import { CodeField, CurrentPasswordField } from '#console/ui/forms/credential-fields.tsx'
import { parseForm } from '#console/ui/forms/form-values.ts'
import { useAction } from '#console/ui/hooks/use-action.ts'
import { useSecretState } from '#console/ui/hooks/use-secret-state.ts'
import { confirmedMinutes, passwordProof } from '#shared/people/session.ts'
import { secondFactorOf, signChallenge } from './second-factor.ts'

type ConfirmationDialogProps = { open: boolean; onConfirmed: () => void; onClose: () => void }

/**
 * Asks the signed-in person for their password, and for a code or a passkey if they have one; a passkey alone is enough.
 * What was typed is cleared when the dialog closes.
 */
export function ConfirmationDialog({ open, onConfirmed, onClose }: ConfirmationDialogProps) {
  const client = useClient()
  const { data: account } = useQuery({ ...accountQuery(client), enabled: open })
  const [password, setPassword] = useSecretState('')
  const [code, setCode] = useSecretState('')
  const clear = () => {
    setPassword('')
    setCode('')
  }
  const confirm = useAction(async () => {
    const proof = parseForm(passwordProof, { password, ...(account?.twoFactor ? { code } : {}) })
    await client.confirm({ ...proof, ...(account ? await secondFactorOf(client, account, code) : {}) })
    clear()
    onConfirmed()
  })
  const confirmByPasskey = useAction(async () => {
    await client.confirm({ passkey: await signChallenge(client) })
    clear()
    onConfirmed()
  })
  const close = () => {
    clear()
    confirm.forget()
    confirmByPasskey.forget()
    onClose()
  }
  const failure = confirm.error ?? confirmByPasskey.error
  const hasPasskey = account !== undefined && account.passkeys.length > 0
  return (
    <Dialog
      open={open}
      title="Confirm that it is you"
      description={<p>This cannot be done unless you confirmed in the last {confirmedMinutes} minutes.</p>}
      confirmLabel="Confirm"
      busyLabel="Confirming…"
      pending={confirm.pending || confirmByPasskey.pending}
      failed={failure}
      error={formFailure(failure, ['password', ...(account?.twoFactor ? ['code'] : [])])}
      onConfirm={() => void confirm.run()}
      onClose={close}
    >
      <CurrentPasswordField value={password} onChange={setPassword} failure={failure} />
      {account?.twoFactor && (
        <CodeField
          value={code}
          onChange={setCode}
          failure={failure}
          hint="Of your authenticator app, or one of your recovery codes."
          autoComplete="one-time-code"
        />
      )}
      {hasPasskey && (
        <Button
          busy={confirmByPasskey.pending}
          busyLabel="Waiting for the passkey…"
          disabledReason={passkeyObstacle(account.passkeyHost)}
          onClick={() => void confirmByPasskey.run()}
        >
          Use a passkey instead
        </Button>
      )}
    </Dialog>
  )
}
