import { useClient } from '#console/ui/client-context.tsx'
import { Dialog } from '#console/ui/dialogs/dialog.tsx'
import { fieldFailure, formFailure } from '#console/ui/feedback/failure-words.ts'
import { parseForm } from '#console/ui/forms/form-values.ts'
import { TextField } from '#console/ui/forms/text-field.tsx'
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
      <TextField
        label="Password"
        type="password"
        value={password}
        onChange={setPassword}
        error={fieldFailure(confirm.error, 'password')}
        autoComplete="current-password"
        required
      />
    </Dialog>
  )
}
