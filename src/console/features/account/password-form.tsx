import { FailureNotice } from '#console/ui/feedback/failure-notice.tsx'
import { fieldFailure } from '#console/ui/feedback/failure-words.ts'
import { Button } from '#console/ui/forms/button.tsx'
import { Form } from '#console/ui/forms/form.tsx'
import { parseForm } from '#console/ui/forms/form-values.ts'
import { TextField } from '#console/ui/forms/text-field.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'
import { useSecretState } from '#console/ui/hooks/use-secret-state.ts'
import { confirmation } from '#shared/people/session.ts'
import styles from './account.module.css'

type PasswordFormProps = {
  /** What the button says and does. */
  label: string
  busyLabel: string
  action: (password: string) => Promise<void>
}

/** Does something that takes the password. It is in its field only, until it has been done. */
export function PasswordForm({ label, busyLabel, action }: PasswordFormProps) {
  const [password, setPassword] = useSecretState('')
  const submit = useAction(async () => {
    await action(parseForm(confirmation, { password }).password)
    setPassword('')
  })
  return (
    <Form aria-label={label} className={styles.form} failed={submit.error} onSubmit={() => void submit.run()}>
      <FailureNotice failure={submit.error} fields={['password']} />
      <TextField
        label="Password"
        type="password"
        value={password}
        onChange={setPassword}
        error={fieldFailure(submit.error, 'password')}
        autoComplete="current-password"
        required
      />
      <div className={styles.actions}>
        <Button type="submit" busy={submit.pending} busyLabel={busyLabel}>
          {label}
        </Button>
      </div>
    </Form>
  )
}
