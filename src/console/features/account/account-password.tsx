import { useQueryClient } from '@tanstack/react-query'
import { useClient } from '#console/ui/client-context.tsx'
import { FailureNotice } from '#console/ui/feedback/failure-notice.tsx'
import { fieldFailure } from '#console/ui/feedback/failure-words.ts'
import { CurrentPasswordField } from '#console/ui/forms/credential-fields.tsx'
import { Form } from '#console/ui/forms/form.tsx'
import { parseForm } from '#console/ui/forms/form-values.ts'
import { SaveButton, useSaved } from '#console/ui/forms/save-button.tsx'
import { TextField } from '#console/ui/forms/text-field.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'
import { useSecretState } from '#console/ui/hooks/use-secret-state.ts'
import { Section } from '#console/ui/layout/section.tsx'
import { passwordChange } from '#shared/people/account.ts'
import { passwordLength } from '#shared/people/session.ts'
import styles from './account.module.css'
import { accountQuery } from './account-query.ts'

/** The section of the account page that changes the password. */
export function AccountPassword() {
  const [current, setCurrent] = useSecretState('')
  const [next, setNext] = useSecretState('')
  const client = useClient()
  const queryClient = useQueryClient()
  const { saved, showSaved } = useSaved()
  const change = useAction(async () => {
    await client.account.changePassword(parseForm(passwordChange, { current, next }))
    setCurrent('')
    setNext('')
    showSaved()
    void queryClient.invalidateQueries({ queryKey: accountQuery(client).queryKey })
  })
  return (
    <Section heading="Password" explanation={<p>A new password ends your sessions everywhere but here.</p>}>
      <Form className={styles.form} failed={change.error} onSubmit={() => void change.run()}>
        <FailureNotice failure={change.error} fields={['current', 'next']} />
        <CurrentPasswordField
          label="Current password"
          name="current"
          value={current}
          onChange={setCurrent}
          failure={change.error}
        />
        <TextField
          label="New password"
          type="password"
          value={next}
          onChange={setNext}
          error={fieldFailure(change.error, 'next')}
          hint={`At least ${passwordLength.min} characters.`}
          autoComplete="new-password"
          required
        />
        <SaveButton saved={saved} busy={change.pending} busyLabel="Changing…">
          Change password
        </SaveButton>
      </Form>
    </Section>
  )
}
