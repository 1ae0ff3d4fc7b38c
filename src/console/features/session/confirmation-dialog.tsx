import { useClient } from '#console/ui/client-context.tsx'
import { Dialog } from '#console/ui/dialogs/dialog.tsx'
import { formFailure } from '#console/ui/feedback/failure-words.ts'
import { CurrentPasswordField } from '#console/ui/forms/credential-fields.tsx'
import { parseForm } from '#console/ui/forms/form-values.ts'
import { useAction } from '#console/ui/hooks/use-action.ts'
import { useSecretState } from '#console/ui/hooks/use-secret-state.ts'
import { confirmation, confirmedMinutes } from '#shared/people/session.ts'

type ConfirmationDialogProps = { open: boolean; onConfirmed: () => void; onClose: () => void }

/** Asks the signed-in person for their password. The password is cleared when the dialog closes. */
export function ConfirmationDialog({ open, onConfirmed, onClose }: ConfirmationDialogProps) {
  const client = useClient()
  const [password, setPassword] = useSecretState('')
  const confirm = useAction(async () => {
    await client.confirm(parseForm(confirmation, { password }).password)
    setPassword('')
    onConfirmed()
  })
  const close = () => {
    setPassword('')
    confirm.forget()
    onClose()
  }
  return (
    <Dialog
      open={open}
      title="Confirm that it is you"
      description={<p>This cannot be done unless your password was given in the last {confirmedMinutes} minutes.</p>}
      confirmLabel="Confirm"
      busyLabel="Confirming…"
      pending={confirm.pending}
      failed={confirm.error}
      error={formFailure(confirm.error, ['password'])}
      onConfirm={() => void confirm.run()}
      onClose={close}
    >
      <CurrentPasswordField value={password} onChange={setPassword} failure={confirm.error} />
    </Dialog>
  )
}
