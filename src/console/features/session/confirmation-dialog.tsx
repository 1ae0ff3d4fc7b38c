import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
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
import { confirmationChannel, confirmInWindow } from './openid.ts'
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
  const provider = account?.openid?.connected ? account.openid.name : undefined
  const isByProvider = provider !== undefined && !account?.hasPassword
  const byProvider = useAction(() => confirmInWindow(client.openid.confirmationAddress))
  useEffect(() => {
    if (!open) return
    const channel = confirmationChannel()
    channel.onmessage = () => onConfirmed()
    return () => channel.close()
  }, [open, onConfirmed])
  const close = () => {
    clear()
    confirm.forget()
    confirmByPasskey.forget()
    byProvider.forget()
    onClose()
  }
  const failure = confirm.error ?? confirmByPasskey.error ?? byProvider.error
  const hasPasskey = account !== undefined && account.passkeys.length > 0
  return (
    <Dialog
      open={open}
      title="Confirm that it is you"
      description={<p>This cannot be done unless you confirmed in the last {confirmedMinutes} minutes.</p>}
      confirmLabel={isByProvider ? `Confirm with ${provider}` : 'Confirm'}
      busyLabel="Confirming…"
      pending={confirm.pending || confirmByPasskey.pending || byProvider.pending}
      failed={failure}
      error={formFailure(failure, ['password', ...(account?.twoFactor ? ['code'] : [])])}
      onConfirm={() => void (isByProvider ? byProvider : confirm).run()}
      onClose={close}
    >
      {!isByProvider && <CurrentPasswordField value={password} onChange={setPassword} failure={failure} />}
      {account?.twoFactor && !isByProvider && (
        <CodeField
          value={code}
          onChange={setCode}
          failure={failure}
          hint="Of your authenticator app, or one of your recovery codes."
          autoComplete="one-time-code"
        />
      )}
      {provider !== undefined && !isByProvider && (
        <Button busy={byProvider.pending} busyLabel={`Opening ${provider}…`} onClick={() => void byProvider.run()}>
          Confirm with {provider}
        </Button>
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
