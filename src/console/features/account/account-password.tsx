import { useQueryClient } from '@tanstack/react-query'
import { secondFactorOf } from '#console/features/session/second-factor.ts'
import { useClient } from '#console/ui/client-context.tsx'
import { FailureNotice } from '#console/ui/feedback/failure-notice.tsx'
import { fieldFailure } from '#console/ui/feedback/failure-words.ts'
import { CodeField, CurrentPasswordField } from '#console/ui/forms/credential-fields.tsx'
import { Form } from '#console/ui/forms/form.tsx'
import { parseForm } from '#console/ui/forms/form-values.ts'
import { SaveButton, useSaved } from '#console/ui/forms/save-button.tsx'
import { TextField } from '#console/ui/forms/text-field.tsx'
import { useAction } from '#console/ui/hooks/use-action.ts'
import { useSecretState } from '#console/ui/hooks/use-secret-state.ts'
import { Section } from '#console/ui/layout/section.tsx'
import type { Account } from '#shared/people/account.ts'
import { passwordChange, passwordLength } from '#shared/people/session.ts'
import styles from './account.module.css'
import { accountQuery } from './account-query.ts'

/** The section of the account page that changes the password. */
export function AccountPassword({ account }: { account: Account }) {
  const [current, setCurrent] = useSecretState('')
  const [next, setNext] = useSecretState('')
  const [code, setCode] = useSecretState('')
  const client = useClient()
  const queryClient = useQueryClient()
  const { saved, showSaved } = useSaved()
  const change = useAction(async () => {
    const change = parseForm(passwordChange, { current, next, ...(account.twoFactor ? { code } : {}) })
    await client.account.changePassword({ ...change, ...(await secondFactorOf(client, account, code)) })
    setCurrent('')
    setCode('')
    setNext('')
    showSaved()
    void queryClient.invalidateQueries({ queryKey: accountQuery(client).queryKey })
  })
  return (
    <Section heading="Password" explanation={<p>A new password ends your sessions everywhere but here.</p>}>
      <Form className={styles.form} failed={change.error} onSubmit={() => void change.run()}>
        <FailureNotice failure={change.error} fields={['current', 'next', ...(account.twoFactor ? ['code'] : [])]} />
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
        {account.twoFactor && (
          <CodeField value={code} onChange={setCode} failure={change.error} autoComplete="one-time-code" />
        )}
        <SaveButton saved={saved} busy={change.pending} busyLabel="Changing…">
          Change password
        </SaveButton>
      </Form>
    </Section>
  )
}
